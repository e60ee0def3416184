/** Pools for the tests of workers. */
import type { TestContext } from "node:test";
import { ProcessPool, sleep, ThreadPool } from "../../../src/concurrency/index.js";
import type * as Handover from "./handover.js";

export type Tasks = typeof import("./tasks.js");
export const tasks = new URL("./tasks.js", import.meta.url);

const handover = new URL("./handover.js", import.meta.url);

/** Threads for handover.js, killed after the test. */
export function threads(t: TestContext, maxWorkers: number): ThreadPool<typeof Handover> {
  const pool = new ThreadPool<typeof Handover>(handover, { maxWorkers });
  t.after(() => pool.shutdown({ force: true }));
  return pool;
}

/** A process for handover.js, killed after the test. */
export function processes(t: TestContext): ProcessPool<typeof Handover> {
  const pool = new ProcessPool<typeof Handover>(handover, { maxWorkers: 1 });
  t.after(() => pool.shutdown({ force: true }));
  return pool;
}

/** Run many quick tasks, so that the pool sends several at a time. */
export async function warm(pool: ThreadPool<typeof Handover>): Promise<void> {
  await Promise.all(Array.from({ length: 400 }, () => pool.submit("nothing", [])));
}

/** Resolves once no process has this id. */
export async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await sleep(5);
  }
}
