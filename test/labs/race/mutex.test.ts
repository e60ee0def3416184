import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import { lock, unlock } from "../../../src/labs/race/mutex.js";
import { until } from "../../support/until.js";

const module = JSON.stringify(new URL("../../../src/labs/race/mutex.js", import.meta.url));
const [place, other] = [0, 1];

/** A thread that runs `work`, with `memory`, `lock` and `unlock`. It ends with the test at the latest. */
function thread(t: TestContext, memory: Int32Array, work: string): Worker {
  const code = `import(${module}).then(({ lock, unlock }) => {
    const memory = require("node:worker_threads").workerData;
    ${work}
  })`;
  const worker = new Worker(code, { eval: true, workerData: memory });
  t.after(() => worker.terminate());
  return worker;
}

function freshMemory(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(8));
}

test("lock takes a free mutex, and unlock frees it", () => {
  const memory = freshMemory();
  lock(memory, place);
  assert.deepEqual([...memory], [1, 0]);
  unlock(memory, place);
  assert.deepEqual([...memory], [0, 0]);
});

test("lock waits while another thread has the mutex, and unlock wakes it", async (t) => {
  const memory = freshMemory();
  lock(memory, place);
  thread(t, memory, `lock(memory, ${place}); memory[${other}] = 1; unlock(memory, ${place});`);
  await until("a thread that waits", () => Atomics.load(memory, place) === 2);
  assert.equal(Atomics.load(memory, other), 0);
  unlock(memory, place);
  await until("a thread that had the mutex", () => Atomics.load(memory, other) === 1);
  await until("a free mutex", () => Atomics.load(memory, place) === 0);
});

test("lock lets one thread in at a time", { timeout: 60_000 }, async (t) => {
  const memory = freshMemory();
  const addAll = `for (let turn = 0; turn < 20_000; turn++) {
    lock(memory, ${place});
    const had = memory[${other}];
    for (let step = 0; step < 20; step++) Atomics.load(memory, ${place});
    memory[${other}] = had + 1;
    unlock(memory, ${place});
  }`;
  const ends = Array.from({ length: 4 }, () => once(thread(t, memory, addAll), "exit"));
  await Promise.all(ends);
  assert.deepEqual([...memory], [0, 80_000]);
});
