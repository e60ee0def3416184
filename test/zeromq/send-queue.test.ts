import "../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";
import { SendQueue } from "../../src/zeromq/send-queue.js";
import { isPending, turn } from "../support/latch.js";
import { RawPeer } from "../support/raw-peer.js";
import { next, TestSockets, take } from "../support/zeromq.js";

const never = new AbortController().signal;
const large = "x".repeat(1_000_000); // a few of them fill every buffer between two sockets

test("SendQueue.put() refuses a message for a missing peer once full", async () => {
  await using sockets = await TestSockets.open();
  const queue = new SendQueue(await sockets.push(), { maxSize: 3 });
  for (let i = 0; i < 10; i++) await queue.put(String(i), never);
  assert.deepEqual([queue.sent, queue.waiting, queue.refused], [0, 4, 6]);
  await queue.close();
});

test("SendQueue delivers waiting messages to a late peer, in order", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push();
  const queue = new SendQueue(push, { maxSize: 100 });
  for (let i = 0; i < 10; i++) await queue.put(String(i), never);
  const pull = sockets.pull(push.address);
  assert.equal(await queue.drain({ signal: never, maxMs: 10_000 }), true);
  assert.deepEqual((await take(pull, 10)).map(Number), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual([queue.sent, queue.waiting, queue.refused], [10, 0, 0]);
  await queue.close();
});

test("SendQueue.put() waits for room only while a peer takes messages", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push(1);
  const queue = new SendQueue(push, { maxSize: 1 });
  const came = next(push.monitor, "connected");
  const pull = sockets.pull(push.address);
  await came;
  while (queue.refused === 0) await queue.put(large, never); // nobody reads, so finally it has waited a second in vain
  const before = performance.now();
  await queue.put(large, never);
  assert.ok(performance.now() - before < 500, "it does not wait again");
  assert.equal(queue.refused, 2);

  for await (const _ of pull.messages(never)) if (queue.waiting === 0) break;
  await queue.put("again", never);
  assert.equal(queue.refused, 2);
  await queue.close();
});

test("SendQueue.put() rejects on an abort and adds nothing", async () => {
  await using sockets = await TestSockets.open();
  const push = await sockets.push(1);
  const queue = new SendQueue(push, { maxSize: 1 });
  const came = next(push.monitor, "connected");
  sockets.pull(push.address);
  await came;
  const stopping = new AbortController();
  let puts = 0;
  for (;;) {
    const put = queue.put(large, stopping.signal);
    if (await isPending(put)) {
      stopping.abort("enough");
      await assert.rejects(put, (reason) => reason === "enough");
      break;
    }
    puts++;
  }
  assert.equal(queue.sent + queue.waiting, puts);
  await queue.close();
});

/** A queue of large messages, and a connected peer that reads none of them before resume(). */
async function stalledQueue(t: TestContext, sockets: TestSockets) {
  const push = await sockets.push(1);
  const queue = new SendQueue(push, { maxSize: 20 });
  const peer = await RawPeer.connect(push.address);
  t.after(() => peer.close());
  await peer.shakeHands();
  await push.monitor.connected;
  peer.pause();
  for (let sent = -1; sent !== queue.sent; await sleep(200)) {
    sent = queue.sent;
    while (queue.waiting < 15) await queue.put(large, never);
  }
  return { queue, peer };
}

test("SendQueue.drain waits longer than a second for a connected peer that pauses", async (t) => {
  await using sockets = await TestSockets.open();
  const { queue, peer } = await stalledQueue(t, sockets);
  const draining = queue.drain({ signal: never, maxMs: 10_000 });
  await sleep(1500);
  peer.resume();
  assert.equal(await draining, true);
  await queue.close();
});

test("SendQueue.drain gives up on a connected peer a second after an abort", async (t) => {
  await using sockets = await TestSockets.open();
  const { queue } = await stalledQueue(t, sockets);
  const start = performance.now();
  assert.equal(await queue.drain({ signal: AbortSignal.abort(), maxMs: 30_000 }), false);
  assert.ok(performance.now() - start < 3000);
  await queue.close();
});

test("SendQueue.drain waits longer after an abort for a peer that was slow before", async (t) => {
  await using sockets = await TestSockets.open();
  const { queue, peer } = await stalledQueue(t, sockets);
  await sleep(1000); // a message waits for so long
  const { sent } = queue;
  peer.resume();
  while (queue.sent === sent) await turn();
  peer.pause();
  const draining = queue.drain({ signal: AbortSignal.abort(), maxMs: 30_000 });
  await sleep(2000);
  peer.resume();
  assert.equal(await draining, true);
  await queue.close();
});

test("SendQueue.drain() gives up on an idle peer, and at once without a peer", async () => {
  await using sockets = await TestSockets.open();
  const queue = new SendQueue(await sockets.push(), { maxSize: 10 });
  await queue.put("0", never);
  const start = performance.now();
  assert.equal(await queue.drain({ signal: never, maxMs: 10_000 }), false);
  assert.ok(performance.now() - start >= 900, "somebody may be about to connect");
  const again = performance.now();
  assert.equal(await queue.drain({ signal: AbortSignal.abort(), maxMs: 10_000 }), false);
  assert.ok(performance.now() - again < 100);
  assert.equal(queue.waiting, 1);
  await queue.close();
});
