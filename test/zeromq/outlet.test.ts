import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isPending } from "../support/gate.js";
import { next, TestSockets, take } from "../support/zeromq.js";

test("Outlet.send takes any number of messages at once and sends them in order, where ZeroMQ would answer EBUSY", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const sent = Promise.all(["a", "b", "c"].map((message) => push.send(message)));
  assert.equal(await isPending(sent), true, "nobody is there");
  assert.deepEqual(await take(sockets.pull(push.address), 3), ["a", "b", "c"]);
  await sent;
});

test("Outlet.close rejects a send that waits, and may be called again", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const sending = assert.rejects(push.send("nobody takes it"), { code: "EAGAIN" });
  await push.close();
  await push.close();
  await sending;
});

test("Outlet.address has the real port", async () => {
  await using sockets = await TestSockets.open();
  assert.match((await sockets.push()).address, /^tcp:\/\/127\.0\.0\.1:[1-9]\d+$/);
});

test("Publication.subscribed tells when somebody listens, so that not even the first message is lost", async () => {
  await using sockets = await TestSockets.open();
  const pub = await sockets.pub();
  assert.equal(await isPending(pub.subscribed), true);
  const sub = sockets.sub(pub.address);
  await pub.subscribed;
  await pub.send("0");
  assert.deepEqual(await take(sub, 1), ["0"]);
});

test("Monitor counts peers that come and go", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const came = next(push.monitor, "connected");
  const pull = sockets.pull(push.address);
  assert.deepEqual(await came, { type: "connected", again: false });
  assert.equal(push.monitor.peers, 1);
  const left = next(push.monitor, "disconnected");
  await pull.close();
  await left;
  assert.equal(push.monitor.peers, 0);
  const back = next(push.monitor, "connected");
  sockets.pull(push.address);
  assert.deepEqual(await back, { type: "connected", again: true });
  assert.deepEqual(push.monitor.counts, { connects: 2, disconnects: 1, refused: 0 });
});
