import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { sharedNumbers } from "../../../src/labs/parallel/arithmetic.js";
import { isCopied, refusalOf } from "../../../src/labs/parallel/sharing.js";
import { callsUrl } from "../../../src/labs/parallel/warm-up.js";
import type * as calls from "../../../src/labs/parallel/worker-calls.js";

const { signal } = new AbortController();

test("isCopied is false for memory that a thread shares, and leaves it as it was", async () => {
  await using pool = new ThreadPool<typeof calls>(callsUrl, { maxWorkers: 1 });
  const numbers = sharedNumbers(1000);
  assert.equal(await isCopied(pool, numbers, signal), false);
  assert.deepEqual([numbers[0], numbers[1], numbers[999]], [1, 2, 1000]);
});

test("isCopied is true for memory of one thread, in another and in a process", async () => {
  for (const Pool of [ThreadPool, ProcessPool]) {
    await using pool = new Pool<typeof calls>(callsUrl, { maxWorkers: 1 });
    const numbers = new Int32Array([7, 8]);
    assert.equal(await isCopied(pool, numbers, signal), true, Pool.name);
    assert.deepEqual([...numbers], [7, 8]);
  }
});

test("refusalOf tells why processes cannot have shared memory, and nothing of threads", async () => {
  const numbers = sharedNumbers(10);
  await using processes = new ProcessPool<typeof calls>(callsUrl, { maxWorkers: 1 });
  assert.match((await refusalOf(processes, numbers, signal)) ?? "", /SharedArrayBuffer.* could not be cloned/);
  await using threads = new ThreadPool<typeof calls>(callsUrl, { maxWorkers: 1 });
  assert.equal(await refusalOf(threads, numbers, signal), undefined);
});

test("refusalOf takes no other error for a refusal", async () => {
  await using pool = new ThreadPool<typeof calls>(new URL("data:text/javascript,oops"), { maxWorkers: 1 });
  await assert.rejects(refusalOf(pool, sharedNumbers(10), signal), /cannot start a worker/);
});
