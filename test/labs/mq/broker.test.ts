import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type MqPeer, pairs, startBroker, subscribe } from "../../support/mq.js";
import { until } from "../../support/until.js";

test("a topic copies each message to all subscribers, in order", async (t) => {
  const at = await startBroker(t);
  const [one, two, other, sender] = (await subscribe(t, at, "/topic/a", "/topic/a", "/topic/b", "/null")) as [
    MqPeer,
    MqPeer,
    MqPeer,
    MqPeer,
  ];
  const texts = Array.from({ length: 500 }, (_, i) => `message ${i}`);
  sender.send("/topic/a", ...texts);
  sender.send("/topic/b", "b");
  await Promise.all([one.has(500), two.has(500), other.has(1)]);
  assert.deepEqual([one.texts, two.texts, other.texts, sender.texts], [texts, texts, ["b"], []]);
  assert.deepEqual([at.broker.counts.in, at.broker.counts.out], [501, 1001]);
});

test("messages of two channels, in turn in one write, keep their order", async (t) => {
  const at = await startBroker(t);
  const [one, two, sender] = (await subscribe(t, at, "/topic/a", "/topic/b", "/null")) as [MqPeer, MqPeer, MqPeer];
  const numbers = Array.from({ length: 300 }, (_, i) => `${i}`);
  sender.socket.write(Buffer.concat(numbers.flatMap((n) => [pairs("/topic/a", `a${n}`), pairs("/topic/b", `b${n}`)])));
  await Promise.all([one.has(300), two.has(300)]);
  assert.deepEqual([one.texts, two.texts], [numbers.map((n) => `a${n}`), numbers.map((n) => `b${n}`)]);
});

test("empty, binary and 1 MiB messages arrive as they were sent, byte by byte too", async (t) => {
  const at = await startBroker(t);
  const [listener, sender] = (await subscribe(t, at, "/topic/a", "/null")) as [MqPeer, MqPeer];
  const messages = [Buffer.alloc(0), Buffer.from([0, 255, 10, 13, 0]), Buffer.alloc(2 ** 20, "x"), Buffer.from("end")];
  sender.send("/topic/a", ...messages);
  await listener.has(4);
  for (const byte of pairs("/topic/a", "slowly", "")) {
    sender.socket.write(Buffer.of(byte));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await listener.has(6);
  assert.deepEqual(listener.received.slice(0, 4), messages);
  assert.deepEqual(listener.texts.slice(4), ["slowly", ""]);
});

test("channel names are bytes, compared as such", async (t) => {
  const at = await startBroker(t);
  const names = [
    Buffer.from([0xff, 0xfe]),
    Buffer.from([0xff]),
    Buffer.from("é"),
    Buffer.from("e\u0301"),
    Buffer.from("__proto__"),
  ];
  const listeners = await subscribe(t, at, ...names);
  const [sender] = (await subscribe(t, at, "/null")) as [MqPeer];
  for (const [i, name] of names.entries()) sender.send(name, `${i}`);
  await Promise.all(listeners.map((each) => each.has(1)));
  assert.deepEqual(
    listeners.map(({ texts }) => texts),
    names.map((_, i) => [`${i}`]),
  );
});

test("a /queue channel gives each message to one worker, in turn", async (t) => {
  const at = await startBroker(t);
  const workers = (await subscribe(t, at, "/queue/a", "/queue/a", "/queue/a")) as [MqPeer, MqPeer, MqPeer];
  const [sender] = (await subscribe(t, at, "/null")) as [MqPeer];
  sender.send("/queue/a", ...Array.from({ length: 9 }, (_, i) => `${i}`));
  await Promise.all(workers.map((each) => each.has(3)));
  assert.deepEqual(
    workers.map(({ texts }) => texts),
    [
      ["0", "3", "6"],
      ["1", "4", "7"],
      ["2", "5", "8"],
    ],
  );
});

test("a /queue keeps messages until a worker comes", async (t) => {
  const at = await startBroker(t);
  const [sender] = (await subscribe(t, at, "/null")) as [MqPeer];
  const texts = Array.from({ length: 2000 }, (_, i) => `${i}`);
  sender.send("/queue/a", ...texts, "");
  await until("messages in the queue", () => at.broker.counts.waiting === 2001);
  const [worker] = (await subscribe(t, at, "/queue/a")) as [MqPeer];
  await worker.has(2001);
  assert.deepEqual(worker.texts, [...texts, ""]);
  assert.equal(at.broker.counts.waiting, 0);
});

test("a topic forgets messages that nobody listens to", async (t) => {
  const at = await startBroker(t);
  const [sender] = (await subscribe(t, at, "/null")) as [MqPeer];
  sender.send("/topic/a", "lost");
  await until("the message", () => at.broker.counts.in === 1);
  const [late] = (await subscribe(t, at, "/topic/a")) as [MqPeer];
  sender.send("/topic/a", "heard");
  await late.has(1);
  assert.deepEqual(late.texts, ["heard"]);
  assert.equal(at.broker.counts.out, 1);
});

test("channels are forgotten with their last subscriber and message", async (t) => {
  const at = await startBroker(t);
  const peers = await subscribe(t, at, "/topic/a", "/topic/a", "/queue/a");
  assert.equal(at.broker.counts.channels, 2);
  const [sender] = (await subscribe(t, at, "/null")) as [MqPeer];
  for (let i = 0; i < 2000; i++) sender.send(`/topic/${i}`, "nobody");
  await until("the messages", () => at.broker.counts.in === 2000);
  assert.equal(at.broker.counts.channels, 3);
  for (const peer of peers) peer.socket.destroy();
  await until("the end of the channels", () => at.broker.counts.channels === 1);
});

test("a subscriber of a channel gets what it sends there itself", async (t) => {
  const at = await startBroker(t);
  const [peer] = (await subscribe(t, at, "/topic/a")) as [MqPeer];
  peer.send("/topic/a", "mine");
  await peer.has(1);
  assert.deepEqual(peer.texts, ["mine"]);
});
