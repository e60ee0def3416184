import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import * as Handover from "../../support/workers/handover.js";

const { nested, levelsOf } = Handover;
const url = new URL("../../support/workers/handover.js", import.meta.url);

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

test("a value nested too deeply is refused, both ways, alike in threads and processes", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    const worker = await pool.submit("who", []);
    const other = pool.submit("block", [1]);
    for (const kind of ["objects", "maps"] as const) {
      assert.equal(await pool.submit("levelsOf", [nested(900, kind)]), 900);
      assert.equal(levelsOf(await pool.submit("nested", [900, kind])), 900);
      for (const levels of [1100, 1700, 2500, 3500, 5000, 10_000, 20_000, 100_000]) {
        const refused = { name: "DataCloneError", message: "nested more than 1000 levels deep" };
        await assert.rejects(pool.submit("levelsOf", [nested(levels, kind)]), refused);
        await assert.rejects(pool.submit("nested", [levels, kind]), refused);
      }
    }
    await other;
    assert.equal(await pool.submit("who", []), worker);
  }
});

test("a list whose every item leads to the next is as deep as it is long", async (t) => {
  const items = Array.from({ length: 5000 }, (): { inner: unknown } => ({ inner: null }));
  for (const [i, item] of items.entries()) item.inner = items[i + 1] ?? null;
  for (const pool of [threads(t, 1), processes(t)]) {
    await assert.rejects(pool.submit("levelsOf", [items as never]), { name: "DataCloneError" });
    assert.equal(await pool.submit("levelsOf", [items[4500] as never]), 500);
  }
});

test("a thrown value nested too deeply still rejects its task, and the worker lives", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    const worker = await pool.submit("who", []);
    for (const levels of [990, 1700, 3000, 20_000]) {
      const thrown = await pool.submit("throwNested", [levels]).catch((error) => error);
      if (thrown instanceof Error) assert.match(thrown.message, /^cannot tell what was thrown: .*Map/);
      else assert.ok(thrown instanceof Map || /^Map/.test(thrown), String(thrown));
    }
    assert.equal(await pool.submit("who", []), worker);
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
