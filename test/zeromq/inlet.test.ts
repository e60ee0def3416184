import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isPending } from "../support/latch.js";
import { RawPeers } from "../support/raw-peer.js";
import { next, TestSockets, take } from "../support/zeromq.js";

test("Inlet.messages() delivers falsy messages: 0, null, false, empty", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  for (const message of ["0", "", "null", "false", '""', "end"]) await push.send(message);
  assert.deepEqual(await take(pull, 6), ["0", "", "null", "false", '""', "end"]);
});

test("Inlet.messages() ends on an abort, before it starts and while it waits", async () => {
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

test("Inlet.messages() ends on close(), which may be called again", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  const waiting = take(pull, 1);
  await pull.close();
  await pull.close();
  assert.deepEqual(await waiting, []);
});

test("Inlet.messages() leaves the socket open for the next loop", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  for (let i = 0; i < 4; i++) await push.send(String(i));
  assert.deepEqual(await take(pull, 2), ["0", "1"]);
  assert.deepEqual(await take(pull, 2), ["2", "3"]);
});

test("Inlet.messages() may be looped over twice at once, without EBUSY", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  const both = Promise.all([take(pull, 2), take(pull, 2)]);
  for (let i = 0; i < 4; i++) await push.send(String(i));
  assert.deepEqual((await both).flat().sort(), ["0", "1", "2", "3"]);
});

test("connectSub receives messages that begin with its topic only", async () => {
  await using sockets = await TestSockets.open();
  const pub = await sockets.pub();
  const sub = sockets.sub(pub.address, "b");
  await pub.subscribed;
  for (const message of ["a1", "b1", "c1", "b2"]) await pub.send(message);
  assert.deepEqual(await take(sub, 2), ["b1", "b2"]);
});

test("Inlet keeps arrived messages when the sender disconnects", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const pull = sockets.pull(push.address);
  const lost = next(pull.monitor, "disconnected");
  for (let i = 0; i < 2000; i++) await push.send(String(i).padEnd(1000));
  await push.close({ lingerMs: 10_000 });
  const first = await take(pull, 1200); // more than ZeroMQ holds for a reader, so it must fetch on
  await lost;
  const rest = await take(pull, 800);
  assert.deepEqual(
    [...first, ...rest].map(Number),
    Array.from({ length: 2000 }, (_, i) => i),
  );
});

for (const [what, bytes] of [
  ["ZMTP 1.0", "\x01\x00\x02\x00A"],
  ["ZMTP 2.0", "\xff\0\0\0\0\0\0\0\x01\x7f\x01\x08\0\0\0\x01A"],
  ["HTTP", "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n"],
] as const) {
  test(`connectPull takes nothing from a peer that speaks ${what}`, async () => {
    await using peers = await RawPeers.listen();
    await using sockets = await TestSockets.open();
    const pull = sockets.pull(peers.address);
    const first = take(pull, 1);
    const peer = await peers.next();
    peer.send(Buffer.from(bytes, "latin1"));
    await peer.closed();
    assert.equal(await isPending(first), true);
    await pull.close();
    assert.deepEqual(await first, []);
  });
}
