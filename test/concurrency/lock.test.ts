import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Lock, sleep } from "../../src/concurrency/index.js";
import { isPending } from "../support/gate.js";

test("LOCK-01 Lock goes to one holder at a time, in the order in which they asked", async () => {
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

test("LOCK-02 Lock is handed over directly: `locked` never reads false between two holders", async () => {
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

test("LOCK-02 Lock is not re-entrant: a holder that asks again waits for itself", async () => {
  const lock = new Lock();
  const leave = await lock.acquire();
  const again = lock.acquire();
  assert.equal(await isPending(again), true);
  leave();
  await again;
});

test("LOCK-05 an aborted acquire leaves no waiter and no listener, and the Lock still works", async () => {
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

test("LOCK-05 a Lock handed over before the abort is held, and can be given back", async () => {
  const lock = new Lock();
  const leave = await lock.acquire();
  const controller = new AbortController();
  const next = lock.acquire(controller);
  leave();
  controller.abort();
  (await next)();
  assert.equal(lock.locked, false);
});

test("LOCK-06 releasing a Lock that nobody holds throws, and the Lock stays usable", async () => {
  const lock = new Lock();
  assert.throws(() => lock.release(), RangeError);
  assert.equal(await lock.use(() => lock.locked), true);
  assert.equal(lock.locked, false);
});

test("LOCK-07 use leaves the Lock free, whether the body returns, throws or is aborted", async () => {
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

test("QUEUE-18 an already aborted signal does not get a free Lock", async () => {
  const lock = new Lock();
  const signal = AbortSignal.abort("too late");
  await assert.rejects(lock.acquire({ signal }), (reason) => reason === "too late");
  assert.equal(lock.locked, false);
});
