import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isPending } from "../support/gate.js";
import { next, TestSockets, take } from "../support/zeromq.js";

test("Inlet.messages delivers what is falsy: 0, null, false, empty", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  for (const message of ["0", "", "null", "false", '""', "end"]) await push.send(message);
  assert.deepEqual(await take(pull, 6), ["0", "", "null", "false", '""', "end"]);
});

test("Inlet.messages ends on abort, while it waits and before it starts", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const stopping = new AbortController();
  const pull = sockets.pull(push.address);
  const waiting = take(pull, 1, stopping.signal);
  assert.equal(await isPending(waiting), true);
  stopping.abort(new Error("enough"));
  assert.deepEqual(await waiting, []);
  assert.deepEqual(await take(sockets.pull(push.address), 1, stopping.signal), []);
});

test("Inlet.messages ends when the inlet is closed, and close() may be called again", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  const waiting = take(pull, 1);
  await pull.close();
  await pull.close();
  assert.deepEqual(await waiting, []);
});

test("leaving the loop leaves the socket open, and the next loop goes on where it stopped", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  for (let i = 0; i < 4; i++) await push.send(String(i));
  assert.deepEqual(await take(pull, 2), ["0", "1"]);
  assert.deepEqual(await take(pull, 2), ["2", "3"]);
});

test("two loops share the messages where ZeroMQ would answer EBUSY", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  const both = Promise.all([take(pull, 2), take(pull, 2)]);
  for (let i = 0; i < 4; i++) await push.send(String(i));
  assert.deepEqual((await both).flat().sort(), ["0", "1", "2", "3"]);
});

test("a SUB gets what begins with its topic and nothing else", async () => {
  await using sockets = await TestSockets.open();
  const pub = await sockets.pub();
  const sub = sockets.sub(pub.address, "b");
  await pub.subscribed;
  for (const message of ["a1", "b1", "c1", "b2"]) await pub.send(message);
  assert.deepEqual(await take(sub, 2), ["b1", "b2"]);
});

test("what has arrived is not lost when the sender goes away", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  const lost = next(pull.monitor, "disconnected");
  for (let i = 0; i < 2000; i++) await push.send(String(i).padEnd(1000));
  await push.close({ lingerMs: 10_000 });
  const first = await take(pull, 1200); // more than ZeroMQ holds for a reader, so that it has to fetch on
  await lost;
  const rest = await take(pull, 800);
  assert.deepEqual(
    [...first, ...rest].map(Number),
    Array.from({ length: 2000 }, (_, i) => i),
  );
});
