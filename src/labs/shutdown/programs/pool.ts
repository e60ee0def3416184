/** A pool has a running task and ten queued ones when a signal comes. Its second argument is how the pool ends. */
import { sleep, ThreadPool } from "../../../concurrency/index.js";
import type * as PoolTasks from "./pool-tasks.js";
import { part, start } from "./start.js";
import { longMs, poolTaskMs, poolTasks } from "./times.js";

const howToEnd = { [process.argv[3] ?? "wait"]: true }; // wait, cancelFutures or force

start(async ({ signal }) => {
  const pool = new ThreadPool<typeof PoolTasks>(new URL("./pool-tasks.js", import.meta.url), { maxWorkers: 1 });
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const tasks = Array.from({ length: poolTasks }, (_, index) =>
    part(`task ${index + 1}`, () => pool.submit("work", [gate, poolTaskMs])),
  );
  const allEnded = Promise.allSettled(tasks);
  try {
    await sleep(longMs, { signal });
  } finally {
    const poolEnded = pool.shutdown(howToEnd);
    Atomics.store(gate, 0, 1); // only now, so that one task runs when the pool is shut down
    Atomics.notify(gate, 0);
    await poolEnded;
    await allEnded;
  }
});
