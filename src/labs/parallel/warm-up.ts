import {
  type Executor,
  ExitError,
  gather,
  type Task,
  TimeoutError,
  timeout,
  WorkerCrashed,
} from "../../concurrency/index.js";
import type * as calls from "./worker-calls.js";
import type { WorkerReply } from "./worker-calls.js";

export type CallExecutor = Executor<typeof calls>;

export const callsUrl = new URL("./worker-calls.js", import.meta.url);

const mostMs = 10_000; // a machine that starts no more workers goes on with those it has
const longestMs = 60_000; // a Node that gets no thread for its start may wait for ever

/**
 * Start all workers of a pool, and let each run the arithmetic once. Resolves with the last reply of each. Rejects with
 * ExitError if none can be started, or `limitMs` pass (default: 60 s). Cancellation: rejects with `signal.reason`.
 */
export async function warmUp(
  pool: CallExecutor,
  workers: number,
  signal: AbortSignal,
  limitMs = longestMs,
): Promise<WorkerReply[]> {
  try {
    return await timeout(limitMs, (own) => repliesOf(pool, workers, own), { signal });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    throw new ExitError(1, `the workers did not start within ${limitMs / 1000} s`);
  }
}

async function repliesOf(pool: CallExecutor, workers: number, signal: AbortSignal): Promise<WorkerReply[]> {
  const seen = new Map<string, WorkerReply>();
  const end = performance.now() + mostMs;
  do {
    const calls = Array.from({ length: workers }, () => (own: AbortSignal) => {
      return pool.submit("warmUp", [], { signal: own });
    });
    for (const reply of await submitted(calls, signal)) seen.set(reply.worker, reply);
  } while (seen.size < workers && performance.now() < end); // the first worker may have taken two calls
  return [...seen.values()];
}

/** The results of calls to a pool. Rejects with ExitError if the system starts no worker, or one is killed. */
export async function submitted<T>(calls: readonly Task<T>[], signal: AbortSignal): Promise<T[]> {
  try {
    return await gather(calls, { signal });
  } catch (error) {
    if (!(error instanceof Error) || signal.aborted) throw error;
    const isOfPool = error instanceof WorkerCrashed || ("code" in error && error.code === "ERR_WORKER_START");
    throw isOfPool ? new ExitError(1, error.message) : error;
  }
}
