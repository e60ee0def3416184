import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { sleep } from "../../../src/concurrency/index.js";
import { testAtOnce } from "../../support/at-once.js";
import { type MqPeer, startBroker, subscribe, type TestBroker } from "../../support/mq.js";
import { until } from "../../support/until.js";

const test = testAtOnce(6);
const kibibyte = Buffer.alloc(1024, "x");

/** Numbered messages of 1 KiB. */
function numbered(from: number, to: number): Buffer[] {
  return Array.from({ length: to - from }, (_, i) => Buffer.from(`${from + i}`.padEnd(1024)));
}

/** Send messages of 1 KiB until `isSo()`, 1 MiB at a time, each after the one before was read. Returns their number. */
async function sendUntil(
  sender: MqPeer,
  channel: string,
  { broker }: TestBroker,
  isSo: () => boolean,
): Promise<number> {
  let sent = 0;
  const before = broker.counts.in;
  while (!isSo()) {
    assert.ok(sent < 100_000, "100 MiB are more than a kernel takes");
    sender.send(channel, ...numbered(sent, sent + 1024));
    sent += 1024;
    await until("the broker to read", () => broker.counts.in >= before + sent);
  }
  return sent;
}

function assertAddsUp({ broker }: TestBroker): void {
  const { published, written, dropped, waiting } = broker.copies;
  assert.equal(published, written + dropped + waiting);
}

test("a subscriber with 8 MiB waiting is cut, and the others get everything", async (t) => {
  const at = await startBroker(t, { looks: false });
  const [stuck, live, sender] = (await subscribe(t, at, "/topic/a", "/topic/a", "/null")) as [MqPeer, MqPeer, MqPeer];
  stuck.socket.pause();
  const sent = await sendUntil(sender, "/topic/a", at, () => at.cuts.length > 0);
  await live.has(sent);
  assert.deepEqual(
    live.texts.map((text) => Number(text)),
    Array.from({ length: sent }, (_, i) => i),
  );
  const [cut] = at.cuts;
  assert.deepEqual([cut?.reason, cut?.channel], ["backlog", "/topic/a"]);
  const limit = (8 * 2 ** 20) / 1028;
  assert.ok(cut && cut.dropped > limit * 0.9 && cut.dropped <= limit + 1024, `${cut?.dropped} dropped`);
  const { published, written, dropped } = at.broker.copies;
  assert.deepEqual([dropped, published], [cut.dropped, written + cut.dropped]);
  stuck.socket.resume();
  await stuck.closed;
  assert.ok(stuck.received.length <= written - sent, "it got no more than was written to it");
});

test("a subscriber that takes nothing for 5 s is cut, and its waiting copies count as dropped", async (t) => {
  const at = await startBroker(t);
  const [stuck, sender] = (await subscribe(t, at, "/topic/a", "/null")) as [MqPeer, MqPeer];
  stuck.socket.pause();
  const sent = await sendUntil(sender, "/topic/a", at, () => at.broker.counts.waiting > 0);
  const start = performance.now();
  await until("the cut", () => at.cuts.length > 0);
  assert.ok(performance.now() - start > 4900, `${performance.now() - start} ms`);
  const [cut] = at.cuts;
  assert.equal(cut?.reason, "stalled");
  const { published, written, dropped, waiting } = at.broker.copies;
  assert.deepEqual([published, written + dropped, waiting], [sent, sent, 0]);
  assert.ok(dropped > 0 && dropped === cut?.dropped);
});

test("a slow subscriber that takes something is not cut", async (t) => {
  const at = await startBroker(t);
  const [slow, sender] = (await subscribe(t, at, "/topic/a", "/null")) as [MqPeer, MqPeer];
  slow.socket.pause();
  const sent = await sendUntil(sender, "/topic/a", at, () => at.broker.counts.waiting > 1000);
  for (let i = 0; i < 16; i++) {
    slow.socket.resume();
    await sleep(1); // a chunk or two
    slow.socket.pause();
    await sleep(400);
  }
  assert.deepEqual(at.cuts, []);
  slow.socket.resume();
  await slow.has(sent);
  assertAddsUp(at);
});

test("a message of 1 MiB reaches a subscriber that takes it in small pieces", async (t) => {
  const at = await startBroker(t);
  const [slow, sender] = (await subscribe(t, at, "/topic/a", "/null")) as [MqPeer, MqPeer];
  slow.socket.pause();
  const fill = await sendUntil(sender, "/topic/a", at, () => at.broker.counts.waiting > 0);
  sender.send("/topic/a", Buffer.alloc(2 ** 20, "y"), "end");
  await until("both", () => at.broker.counts.in === fill + 2);
  slow.socket.resume();
  await slow.has(fill + 2);
  assert.deepEqual([slow.received.at(-2)?.length, slow.texts.at(-1)], [2 ** 20, "end"]);
  await until("the account", () => at.broker.counts.waiting === 0);
  assertAddsUp(at);
});

test("subscribers that are behind share their memory, and are cut when all of it is used up", async (t) => {
  const at = await startBroker(t, { looks: false, memory: { halfFrames: 2 ** 20, sendQueues: 3 * 2 ** 20 } });
  const peers = await subscribe(t, at, "/topic/a", "/topic/a", "/topic/a", "/topic/b", "/null");
  const [one, two, three, other, sender] = peers as [MqPeer, MqPeer, MqPeer, MqPeer, MqPeer];
  for (const peer of [one, two, three, other]) peer.socket.pause();
  await sendUntil(sender, "/topic/a", at, () => at.broker.counts.waiting > 3 * 1500); // each 1.5 MiB of the same
  assert.equal(at.cuts.length, 0, "the three share what waits for them");
  await sendUntil(sender, "/topic/b", at, () => at.cuts.length > 0);
  assert.equal(at.cuts[0]?.reason, "memory");
  assertAddsUp(at);
});

test("a stuck worker of a /queue is passed over, and its unwritten messages go to others", async (t) => {
  const at = await startBroker(t);
  const [stuck, live] = (await subscribe(t, at, "/queue/a", "/queue/a")) as [MqPeer, MqPeer];
  const [sender] = (await subscribe(t, at, "/null")) as [MqPeer];
  stuck.socket.pause();
  let sent = 0;
  const behind = () => at.broker.counts.waiting > 0 && live.received.length > sent / 2 + 1000;
  sent = await sendUntil(sender, "/queue/a", at, () => {
    sent += 1024;
    return behind();
  });
  const before = live.received.length;
  sender.send("/queue/a", ...numbered(sent, sent + 500));
  await live.has(before + 500);
  await until("the cut", () => at.cuts.length > 0);
  assert.deepEqual([at.cuts[0]?.reason, at.cuts[0]?.dropped], ["stalled", 0]);
  stuck.socket.resume();
  await stuck.closed;
  await until("all messages", () => live.received.length + stuck.received.length === sent + 500);
  const numbers = [...live.texts, ...stuck.texts].map(Number).sort((a, b) => a - b);
  assert.deepEqual(
    numbers,
    Array.from({ length: sent + 500 }, (_, i) => i),
    "each message went to one of them",
  );
  assertAddsUp(at);
});

test("a publisher that reads nothing is cut like any other slow subscriber", async (t) => {
  const at = await startBroker(t);
  const [peer] = (await subscribe(t, at, "/topic/a")) as [MqPeer];
  peer.socket.pause();
  const send = setInterval(() => peer.send("/topic/a", ...Array.from({ length: 256 }, () => kibibyte)), 1);
  await until("the cut", () => at.cuts.length > 0).finally(() => clearInterval(send));
  assert.match(at.cuts[0]?.reason ?? "", /^(?:backlog|stalled)$/);
});
