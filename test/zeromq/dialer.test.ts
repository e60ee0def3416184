import "../support/hygiene.js";
import assert from "node:assert/strict";
import dns from "node:dns";
import { networkInterfaces } from "node:os";
import { type TestContext, test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { isPending } from "../support/latch.js";
import { RawPeers } from "../support/raw-peer.js";
import { next, TestSockets, take } from "../support/zeromq.js";

const loopback = Object.values(networkInterfaces()).flatMap((list) => list?.filter(({ internal }) => internal) ?? []);
const skip = !loopback.some(({ family }) => family === "IPv6") && "needs IPv6";

type Addresses = { address: string; family: number }[];

const v4 = { address: "127.0.0.1", family: 4 };
const v6 = { address: "::1", family: 6 };
const never = new AbortController().signal;

/** Lets every name have these addresses. */
function resolveTo(t: TestContext, look: () => Promise<Addresses>) {
  return t.mock.method(dns.promises, "lookup", look as unknown as typeof dns.promises.lookup).mock;
}

function fails(code: string): Promise<never> {
  return Promise.reject(Object.assign(new Error(code), { code }));
}

const portOf = (address: string) => new URL(address).port;
const named = (address: string) => `tcp://somewhere:${portOf(address)}`;

for (const addresses of [
  [v4, v6],
  [v6, v4],
]) {
  for (const bound of ["127.0.0.1", "[::1]"]) {
    const name = addresses.map(({ address }) => address).join(" and ");
    test(`Dialer finds a server on ${bound} by a name with the addresses ${name}`, { skip }, async (t) => {
      resolveTo(t, async () => addresses);
      await using sockets = await TestSockets.open();
      const push = await sockets.push(100, `tcp://${bound}:0`);
      const pull = sockets.pull(named(push.address));
      await push.send("0");
      assert.deepEqual(await take(pull, 1), ["0"]);
      await push.monitor.connected;
      assert.deepEqual(push.monitor.counts, { connects: 1, disconnects: 0, refused: 0 });
    });
  }
}

test("Dialer follows a server to another address of its name, and back", { skip }, async (t) => {
  resolveTo(t, async () => [v6, v4]);
  await using sockets = await TestSockets.open();
  let push = await sockets.push(100, "tcp://[::1]:0");
  const port = portOf(push.address);
  const pull = sockets.pull(named(push.address));
  for (const host of ["127.0.0.1", "[::1]"]) {
    await push.send("before");
    assert.deepEqual(await take(pull, 1), ["before"]);
    const waiting = take(pull, 1);
    await push.close();
    push = await sockets.push(100, `tcp://${host}:${port}`);
    await push.send("after");
    assert.deepEqual(await waiting, ["after"]);
  }
  assert.equal(pull.monitor.counts.connects, 3);
});

test("Dialer looks the name up again, and follows it to a new address", { skip }, async (t) => {
  let addresses = [v6];
  resolveTo(t, async () => addresses);
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(named(push.address));
  await sleep(500);
  addresses = [v4];
  await push.send("0");
  assert.deepEqual(await take(pull, 1), ["0"]);
});

test("Dialer goes on to the next address after a refused handshake", { skip }, async (t) => {
  resolveTo(t, async () => [v4, v6]);
  await using stranger = await RawPeers.listen();
  await using sockets = await TestSockets.open();
  const push = await sockets.push(100, `tcp://[::1]:${portOf(stranger.address)}`);
  const pull = sockets.pull(named(push.address));
  const refused = next(pull.monitor, "refused");
  (await stranger.next()).send("HTTP/1.1 400 Bad Request\r\n\r\n");
  await refused;
  await push.send("0");
  assert.deepEqual(await take(pull, 1), ["0"]);
});

test("Dialer discards no message of a lost connection, however slow the reader is", { skip }, async (t) => {
  resolveTo(t, async () => [v4, v6]);
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const port = portOf(push.address);
  const pull = sockets.pull(named(push.address));
  const lost = next(pull.monitor, "disconnected");
  for (let i = 0; i < 1000; i++) await push.send(String(i));
  await push.close({ lingerMs: 10_000 });
  await lost;
  const received: string[] = [];
  for await (const [frame] of pull.messages(AbortSignal.timeout(10_000))) {
    received.push(String(frame));
    if (received.length % 200 === 1) await sleep(400); // time for several attempts to connect
    if (received.length === 1000) break;
  }
  assert.deepEqual(
    received.map(Number),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  const waiting = take(pull, 1); // nothing is left unread
  const back = await sockets.push(100, `tcp://[::1]:${port}`);
  await back.send("back");
  assert.deepEqual(await waiting, ["back"]);
});

test("Dialer keeps trying a name that does not resolve, and reports each reason once", async (t) => {
  let answer = () => fails("ENOTFOUND") as Promise<Addresses>;
  const lookup = resolveTo(t, () => answer());
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(named(push.address));
  const told: string[] = [];
  const following = pull.monitor.follow((event) => {
    told.push("reason" in event ? `${event.type}: ${event.reason}` : event.type);
  }, never);
  await following; // a second, and no "waiting"
  while (lookup.callCount() < 2) await sleep(20);
  answer = () => fails("EAI_AGAIN");
  while (lookup.callCount() < 3) await sleep(20);
  answer = async () => [v4];
  await push.send("0");
  assert.deepEqual(await take(pull, 1), ["0"]);
  assert.deepEqual(told, ["unresolved: there is no such name", "unresolved: no name server answers", "connected"]);
});

test("Dialer reports a look-up without an answer within a second, and close() does not wait for it", async (t) => {
  resolveTo(t, () => new Promise(() => {}));
  await using sockets = await TestSockets.open();
  const pull = sockets.pull("tcp://somewhere:9");
  const { type, via, address, reason } = await next(pull.monitor, "unresolved");
  assert.deepEqual(
    [type, via, address, reason],
    ["unresolved", "PULL", "tcp://somewhere:9", "no name server has answered yet"],
  );
  const closing = pull.close();
  await sleep(100);
  assert.equal(await isPending(closing), false);
});
