import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Lock, sleep } from "../../src/concurrency/index.js";
import { isPending } from "../support/latch.js";

test("Lock serves one holder at a time, in the order of requests", async () => {
  const lock = new Lock();
  const leave = await lock.acquire();
  const waits = [lock.acquire(), lock.acquire(), lock.acquire()];
  leave();
  while (waits.length > 0) {
    const holder = await waits.shift();
    for (const wait of waits) assert.equal(await isPending(wait), true);
    holder?.();
  }
  assert.equal(lock.locked, false);
});

test("Lock stays locked while it passes from holder to holder", async () => {
  const lock = new Lock();
  const leave = await lock.acquire();
  const next = lock.acquire();
  leave();
  assert.equal(lock.locked, true);
  assert.equal(lock.tryAcquire(), undefined);
  const leaveToo = await next;
  assert.equal(lock.locked, true);
  leaveToo();
  assert.equal(lock.locked, false);
});

test("Lock is not re-entrant: a holder that asks again waits", async () => {
  const lock = new Lock();
  const leave = await lock.acquire();
  const again = lock.acquire();
  assert.equal(await isPending(again), true);
  leave();
  await again;
});

test("Lock.acquire() leaves no waiter and no listener after an abort", async () => {
  const lock = new Lock();
  const leave = await lock.acquire();
  const controller = new AbortController();
  const aborted = lock.acquire(controller);
  const patient = lock.acquire();
  controller.abort("enough");
  await assert.rejects(aborted, (reason) => reason === "enough");
  assert.deepEqual([lock.waiting, getEventListeners(controller.signal, "abort").length], [1, 0]);
  leave();
  (await patient)();
  assert.equal(lock.locked, false);
});

test("Lock.acquire() served before the abort holds the lock", async () => {
  const lock = new Lock();
  const leave = await lock.acquire();
  const controller = new AbortController();
  const next = lock.acquire(controller);
  leave();
  controller.abort();
  (await next)();
  assert.equal(lock.locked, false);
});

test("Lock.release() throws if the lock is free, which stays usable", async () => {
  const lock = new Lock();
  assert.throws(() => lock.release(), RangeError);
  assert.equal(await lock.use(() => lock.locked), true);
  assert.equal(lock.locked, false);
});

test("Lock.use() frees the lock after a value, an error and an abort", async () => {
  const lock = new Lock();
  const controller = new AbortController();
  assert.equal(await lock.use(() => "value"), "value");
  assert.equal(lock.locked, false);

  await assert.rejects(
    lock.use(() => Promise.reject(new Error("broken"))),
    { message: "broken" },
  );
  assert.equal(lock.locked, false);

  const aborted = lock.use(() => sleep(Number.POSITIVE_INFINITY, controller));
  assert.equal(lock.locked, true);
  controller.abort("enough");
  await assert.rejects(aborted, (reason) => reason === "enough");
  assert.equal(lock.locked, false);
});

test("Lock.acquire() takes no free lock if its signal has aborted", async () => {
  const lock = new Lock();
  const signal = AbortSignal.abort("too late");
  await assert.rejects(lock.acquire({ signal }), (reason) => reason === "too late");
  assert.equal(lock.locked, false);
});
