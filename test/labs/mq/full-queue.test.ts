import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { encodeFrame } from "../../../src/labs/mq/frame.js";
import { limits } from "../../../src/labs/mq/limits.js";
import { QueueRoom } from "../../../src/labs/mq/queue-room.js";
import { testAtOnce } from "../../support/at-once.js";
import { turn } from "../../support/latch.js";
import { MqPeer, pairs, startBroker, subscribe } from "../../support/mq.js";
import { until } from "../../support/until.js";

const test = testAtOnce(4);
const upTo = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);

test("the publisher of a full /queue is not read, but still gets its own subscription", async (t) => {
  const at = await startBroker(t);
  const [publisher, other] = (await subscribe(t, at, "/topic/news", "/null")) as [MqPeer, MqPeer];
  publisher.send("/queue/a", ...upTo(30_000));
  await until("the queue to be full", () => at.broker.counts.paused === 1);
  assert.deepEqual([at.broker.counts.in, at.broker.counts.waiting, at.broker.full], [10_000, 10_000, "/queue/a"]);
  other.send("/topic/news", "still here");
  await publisher.has(1);
  assert.deepEqual(publisher.texts, ["still here"]);
  assert.equal(at.broker.counts.in, 10_001);
});

test("a /queue that was full gives everything, in order, to the worker that comes", async (t) => {
  const at = await startBroker(t);
  const [publisher] = (await subscribe(t, at, "/null")) as [MqPeer];
  publisher.send("/queue/a", ...upTo(30_000));
  await until("the queue to be full", () => at.broker.counts.paused === 1);
  const [worker] = (await subscribe(t, at, "/queue/a")) as [MqPeer];
  await worker.has(30_000);
  assert.deepEqual(worker.texts, upTo(30_000));
  assert.deepEqual([at.broker.counts.paused, at.broker.counts.waiting, at.broker.full], [0, 0, undefined]);
});

test("a /queue holds 64 MiB", async (t) => {
  const at = await startBroker(t);
  const [publisher] = (await subscribe(t, at, "/null")) as [MqPeer];
  const message = Buffer.alloc(2 ** 20, "x");
  publisher.send("/queue/a", ...Array.from({ length: 70 }, () => message));
  await until("the queue to be full", () => at.broker.counts.paused === 1);
  assert.equal(at.broker.counts.waiting, 63, "63 messages of 1 MiB and 4 bytes");
  const [worker] = (await subscribe(t, at, "/queue/a")) as [MqPeer];
  await worker.has(70);
  assert.ok(worker.received.every((each) => each.equals(message)));
});

test("1,024 queues may hold messages; the next name waits until one is empty", async (t) => {
  const at = await startBroker(t);
  const [publisher] = (await subscribe(t, at, "/null")) as [MqPeer];
  for (let i = 0; i < 1030; i++) publisher.send(`/queue/${i}`, `${i}`);
  await until("the last name", () => at.broker.counts.paused === 1);
  assert.deepEqual([at.broker.counts.waiting, at.broker.full], [1024, "/queue/1024"]);
  const workers = await subscribe(t, at, ...Array.from({ length: 6 }, (_, i) => `/queue/${i}`));
  await until("room for the rest", () => at.broker.counts.in === 1030);
  await Promise.all(workers.map((worker) => worker.has(1)));
  assert.equal(at.broker.counts.paused, 0);
});

test("publishers of a full /queue are resumed in the order in which they came", async (t) => {
  const at = await startBroker(t);
  const [filler, first, second] = (await subscribe(t, at, "/null", "/null", "/null")) as [MqPeer, MqPeer, MqPeer];
  filler.send("/queue/a", ...upTo(10_000));
  await until("the queue to be full", () => at.broker.counts.in === 10_000);
  first.send("/queue/a", "first");
  await until("the first to wait", () => at.broker.counts.paused === 1);
  second.send("/queue/a", "second");
  await until("the second to wait", () => at.broker.counts.paused === 2);
  const [worker] = (await subscribe(t, at, "/queue/a")) as [MqPeer];
  await worker.has(10_002);
  assert.deepEqual(worker.texts.slice(-2), ["first", "second"]);
});

test("a publisher that closes while it waits has its last messages taken", async (t) => {
  const at = await startBroker(t);
  const [publisher] = (await subscribe(t, at, "/null")) as [MqPeer];
  publisher.send("/queue/a", ...upTo(10_100));
  publisher.socket.end();
  await until("the queue to be full", () => at.broker.counts.paused === 1);
  const worker = await MqPeer.connect(t, at.port, "/queue/a");
  await Promise.all([worker.has(10_100), publisher.closed]);
  assert.deepEqual(worker.texts, upTo(10_100));
  await until("its end", () => at.broker.counts.connections === 1);
  assert.equal(at.broker.counts.paused, 0);
});

test("a publisher that is reset while it waits leaves no trace once there is room", async (t) => {
  const at = await startBroker(t);
  const [publisher] = (await subscribe(t, at, "/null")) as [MqPeer];
  publisher.send("/queue/a", ...upTo(10_100));
  await until("the queue to be full", () => at.broker.counts.paused === 1);
  publisher.socket.resetAndDestroy();
  const worker = await MqPeer.connect(t, at.port, "/queue/a");
  await worker.has(10_000);
  await until("its end", () => at.broker.counts.connections === 1);
  assert.deepEqual([at.broker.counts.paused, at.broker.counts.waiting], [0, 0]);
  assert.deepEqual(worker.texts, upTo(at.broker.counts.in), "whole messages that had arrived, in order");
});

test("a worker of a new queue gets its messages while 1,024 others hold some", async (t) => {
  const at = await startBroker(t);
  const [publisher] = (await subscribe(t, at, "/null")) as [MqPeer];
  for (let i = 0; i < 1025; i++) publisher.send(`/queue/${i}`, `${i}`);
  await until("the last name", () => at.broker.counts.paused === 1);
  const [worker] = (await subscribe(t, at, "/queue/1024")) as [MqPeer];
  await worker.has(1);
  assert.deepEqual([worker.texts, at.broker.counts.paused], [["1024"], 0]);
});

test("messages of a worker to its own queue outlive its cut", async (t) => {
  const at = await startBroker(t);
  const peer = await MqPeer.connect(t, at.port);
  const refused = Buffer.from("ffffffff", "hex");
  peer.socket.write(Buffer.concat([encodeFrame(Buffer.from("/queue/a")), pairs("/queue/a", "kept"), refused]));
  await peer.closed;
  assert.deepEqual([at.cuts.map(({ reason }) => reason), at.broker.counts.waiting], [["frame"], 1]);
  const [worker] = (await subscribe(t, at, "/queue/a")) as [MqPeer];
  await worker.has(1);
  assert.deepEqual([worker.texts, at.broker.counts.waiting], [["kept"], 0]);
});

test("all queues together hold 256 MiB", async () => {
  const room = new QueueRoom();
  const queue = (size: number) => ({ name: "/queue", waiting: 1, size, canTake: true });
  room.count(limits.allQueues - 1000, 1, 1);
  assert.deepEqual([room.hasRoomFor(1000, queue(0)), room.hasRoomFor(1001, queue(0))], [true, false]);
  let resumed = 0;
  room.await(queue(0), { resume: () => resumed++ });
  room.count(-1, -1, 0);
  await turn();
  await turn();
  assert.equal(resumed, 1);
});
