import "../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProcessPool, ThreadPool } from "../../src/concurrency/index.js";
import type * as Handover from "../support/workers/handover.js";

const url = new URL("../support/workers/handover.js", import.meta.url);

function threads(t: TestContext, maxWorkers: number): ThreadPool<typeof Handover> {
  const pool = new ThreadPool<typeof Handover>(url, { maxWorkers });
  t.after(() => pool.shutdown({ force: true }));
  return pool;
}

function processes(t: TestContext): ProcessPool<typeof Handover> {
  const pool = new ProcessPool<typeof Handover>(url, { maxWorkers: 1 });
  t.after(() => pool.shutdown({ force: true }));
  return pool;
}

/** Many quick tasks: the pool has learnt to hand over several at a time. */
async function warm(pool: ThreadPool<typeof Handover>): Promise<void> {
  await Promise.all(Array.from({ length: 400 }, () => pool.submit("nothing", [])));
}

test("a buffer that waits behind a slow task is moved when its turn has come, and not lost", async (t) => {
  const pool = threads(t, 2);
  await warm(pool);
  const slow = () => pool.submit("block", [20]);
  const move = () => {
    const buffer = new ArrayBuffer(1000);
    return pool.submit("bytes", [buffer], { transfer: [buffer] });
  };
  const sizes = await Promise.all([slow(), move(), move(), move(), slow(), move(), move(), slow(), move(), move()]);
  assert.deepEqual(
    sizes.filter((size) => size !== undefined),
    Array(7).fill(1000),
  );
});

test("a buffer that has been moved already is refused, and the pool goes on", async (t) => {
  const pool = threads(t, 1);
  const view = new Uint8Array(1000);
  assert.equal(await pool.submit("bytes", [view], { transfer: [view.buffer] }), 1000);
  await assert.rejects(pool.submit("bytes", [view], { transfer: [view.buffer] }), { name: "DataCloneError" });
  assert.equal(await pool.submit("bytes", [new Uint8Array(5)]), 5);
});

test("tasks that cannot be cloned take no place from those that can", { timeout: 20_000 }, async (t) => {
  const pool = threads(t, 1);
  await warm(pool);
  const uncloneable = () => pool.submit("bytes", [(() => {}) as never]).catch(() => "refused");
  for (let round = 0; round < 20; round++) {
    const good = () => pool.submit("bytes", [new Uint8Array(3)]);
    const first = [pool.submit("block", [1]), ...Array.from({ length: 10 }, uncloneable)];
    const rest = [good(), ...Array.from({ length: 30 }, uncloneable), good(), good()];
    const outcomes = await Promise.all([...first, ...rest]);
    assert.equal(outcomes.filter((outcome) => outcome === 3).length, 3);
  }
});

test("errors nested thousands deep arrive, cut off, from a thread and from a process", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    await assert.rejects(pool.submit("failDeeply", [3000]), (error) => {
      assert.ok(error instanceof Error && error.cause instanceof Error);
      assert.equal(error.message, "after 2999");
      return true;
    });
    assert.equal(await pool.submit("bytes", [new Uint8Array(5)]), 5);
  }
});

test("an error with a field that cannot be read arrives with the others", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    await assert.rejects(
      pool.submit("failOddly", []),
      (error) => error instanceof RangeError && error.message === "odd",
    );
  }
});

test("a task cannot speak on the channel of its process pool", async (t) => {
  assert.equal(await processes(t).submit("sendAway", []), "still here");
});
