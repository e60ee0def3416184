import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { nameText } from "../../../src/labs/mq/name-text.js";
import { accountOf, type MqServerEvent, mqServer } from "../../../src/labs/mq/server.js";
import { testAtOnce } from "../../support/at-once.js";
import { latch } from "../../support/latch.js";
import { MqPeer, pairs, startBroker, subscribe } from "../../support/mq.js";
import { until } from "../../support/until.js";

const test = testAtOnce(4);
const header = (length: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
};
const channel = Buffer.concat([header(2), Buffer.from("/a")]);

for (const [reason, says, bytes] of [
  ["http", "an HTTP request", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ["http", "another HTTP request", Buffer.from("POST /a HTTP/1.1\r\n")],
  ["tls", "a TLS hello", Buffer.from([0x16, 3, 1, 2, 0])],
  ["frame", "a first frame of 4 GiB", header(0xffffffff)],
  ["name", "a channel of 0 bytes", header(0)],
  ["name", "a channel of 257 bytes", header(257)],
  ["name", "a second channel of 0 bytes", Buffer.concat([channel, header(0)])],
  ["frame", "data of 1 MiB and a byte", Buffer.concat([channel, channel, header(2 ** 20 + 1)])],
  ["frame", "a channel of 1 MiB and a byte", Buffer.concat([channel, header(2 ** 20 + 1)])],
] as const) {
  test(`a client that sends ${says} is cut for ${reason}`, async (t) => {
    const at = await startBroker(t);
    const peer = await MqPeer.connect(t, at.port);
    peer.socket.write(bytes);
    await peer.closed;
    assert.deepEqual(
      at.cuts.map((cut) => cut.reason),
      [reason],
    );
    assert.equal(at.broker.counts.connections, 0);
  });
}

test("the longest name and the longest message are taken", async (t) => {
  const at = await startBroker(t);
  const name = "n".repeat(256);
  const [peer] = (await subscribe(t, at, name)) as [MqPeer];
  peer.send(name, Buffer.alloc(2 ** 20));
  await peer.has(1);
  assert.deepEqual(at.cuts, []);
});

test("a half frame is cut after 5 s, a silent client after 10 s, an idle subscriber never", async (t) => {
  const at = await startBroker(t);
  const start = performance.now();
  const [halfName, halfData, trickling, silent] = await Promise.all(
    [undefined, "/a", "/a", undefined].map((name) => MqPeer.connect(t, at.port, name)),
  );
  assert.ok(halfName && halfData && trickling && silent);
  halfName.socket.write(channel.subarray(0, 3));
  halfData.socket.write(pairs("/a", "half").subarray(0, -1));
  const frame = pairs("/a", "a long message, byte by byte");
  let at1 = 0;
  const trickle = setInterval(() => trickling.socket.write(frame.subarray(at1, ++at1)), 400).unref();
  const [idle] = (await subscribe(t, at, "/idle")) as [MqPeer];
  const gone = (peer: MqPeer) => peer.closed.then(() => performance.now() - start);
  const times = await Promise.all([gone(halfName), gone(halfData), gone(trickling), gone(silent)]);
  clearInterval(trickle);
  for (const ms of times.slice(0, 2)) assert.ok(ms >= 4900 && ms < 9000, `${ms} ms`);
  assert.ok((times[2] ?? 0) >= 4900, "bytes of the same frame do not count as progress");
  assert.ok((times[3] ?? 0) >= 9900, `${times[3]} ms`);
  assert.deepEqual(at.cuts.map((cut) => cut.reason).sort(), ["half_frame", "half_frame", "half_frame", "no_channel"]);
  (await MqPeer.connect(t, at.port, "/null")).send("/idle", "still there");
  await idle.has(1);
});

test("a publisher of many frames, each split between reads, is not cut", async (t) => {
  const at = await startBroker(t);
  const [peer] = (await subscribe(t, at, "/a")) as [MqPeer];
  const frame = pairs("/a", "split");
  const start = performance.now();
  const acrossTheEnd = Buffer.concat([frame.subarray(-3), frame.subarray(0, -3)]);
  peer.socket.write(frame.subarray(0, -3));
  const steady = setInterval(() => peer.socket.write(acrossTheEnd), 20);
  await until("six seconds of it", () => performance.now() - start > 6000).finally(() => clearInterval(steady));
  assert.ok(peer.received.length > 2);
  assert.deepEqual(at.cuts, []);
});

test("begun frames of all connections have a limit of memory", async (t) => {
  const at = await startBroker(t, { memory: { halfFrames: 100_000, sendQueues: 2 ** 20 } });
  const half = Buffer.concat([channel, channel, header(2 ** 20), Buffer.alloc(40_000)]);
  const peers = await Promise.all([1, 2, 3].map(() => MqPeer.connect(t, at.port)));
  for (const peer of peers) peer.socket.write(half);
  await until("a cut", () => at.cuts.length > 0);
  assert.equal(at.cuts[0]?.reason, "memory");
  await until("room for the others", () => at.broker.counts.connections > 0);
});

test("nameText writes bytes that are no UTF-8 as hexadecimal", () => {
  assert.deepEqual(
    [Buffer.from("/é"), Buffer.from([0x2f, 0xff, 0x41])].map((name) => nameText(name)),
    ["/é", "/\\xffA"],
  );
});

test("the account holds after a cut, and with messages left over in a queue", async (t) => {
  const controller = new AbortController();
  const ready = latch<number>();
  const emit = (event: MqServerEvent) => event.type === "ready" && ready.open(event.port);
  const options = { host: "127.0.0.1", port: 0 };
  const report = mqServer(options, { signal: controller.signal, emit: (event) => void emit(event) });
  const port = await ready.passed;
  const stuck = await MqPeer.connect(t, port, "/a");
  stuck.socket.pause();
  const sender = await MqPeer.connect(t, port, "/null");
  for (let i = 0; i < 40; i++) {
    if (!sender.send("/a", Buffer.alloc(2 ** 20))) await new Promise((resolve) => sender.socket.once("drain", resolve));
  }
  sender.send("/queue/a", "1", "2", "3");
  sender.socket.end();
  await sender.closed;
  stuck.socket.destroy();
  await stuck.closed;
  controller.abort(new Error("enough"));
  const { findings, dropped, waiting } = await report;
  assert.ok(dropped > 0);
  assert.deepEqual([waiting, findings.map(({ holds }) => holds)], [3, [true]]);
});

test("the account does not hold for a copy that is lost unseen", () => {
  const copies = { published: 10, written: 5, dropped: 2, waiting: 3 };
  assert.deepEqual(
    [copies, { ...copies, waiting: 2 }].flatMap(accountOf).map(({ holds }) => holds),
    [true, false],
  );
});

test("publishers at a full queue are not cut for memory, and lose nothing", async (t) => {
  const at = await startBroker(t, { memory: { halfFrames: 2 ** 20, pausedFrames: 2 ** 20 } });
  const publishers = await subscribe(t, at, ...Array.from({ length: 12 }, () => "/null"));
  const [filler] = (await subscribe(t, at, "/null")) as [MqPeer];
  const count = 10_000 + publishers.length;
  filler.send("/queue/a", ...Array.from({ length: 10_000 }, () => ""));
  await until("the queue to be full", () => at.broker.counts.in === 10_000);
  for (const publisher of publishers) publisher.send("/queue/a", Buffer.alloc(500_000));
  await until("all to wait", () => at.broker.counts.paused === publishers.length);
  const [worker] = (await subscribe(t, at, "/queue/a")) as [MqPeer];
  await worker.has(count);
  assert.deepEqual(at.cuts, []);
  assert.equal(worker.received.filter(({ length }) => length === 500_000).length, publishers.length);
});
