import { getHeapStatistics } from "node:v8";
import { Schedule, sleep, ThreadPool } from "../../../concurrency/index.js";
import * as work from "./service-work.js";

/** Numbers that keep V8 busy for about a quarter of a second, as the notes' ten million keep Python. */
const mostNumbers = 200_000_000;
const longestWaitMs = 1000;
/** Bytes of an array. V8 stores one above 256 MiB as a dictionary, several times as large. */
const pieceBytes = 2 ** 20;

export type Load = "main" | "thread";

/**
 * Run the notes' microservice: random work, a random wait, and so on. Work on the main thread blocks the event loop;
 * work in a thread does not. Cancellation: rejects with `signal.reason`, at the latest after the work of one round.
 */
export async function workAndWait(load: Load, signal: AbortSignal): Promise<never> {
  const pool = load === "thread" ? new ThreadPool<typeof work>(workUrl, { maxWorkers: 1 }) : undefined;
  try {
    for (;;) {
      const numbers = Math.round(1000 + Math.random() * (mostNumbers - 1000));
      if (pool) await pool.submit("sumRange", [numbers], { signal });
      else work.sumRange(numbers);
      await sleep(Math.random() * longestWaitMs, { signal });
    }
  } finally {
    await pool?.shutdown({ force: true });
  }
}

const workUrl = new URL("./service-work.js", import.meta.url);

/**
 * Keep `bytes` more on the JavaScript heap each interval, up to half of the heap's limit. The rest is left for the app
 * itself. Cancellation: rejects with `signal.reason`.
 */
export async function leak(bytes: number, intervalMs: number, signal: AbortSignal): Promise<void> {
  const kept: number[][] = [];
  const schedule = new Schedule(intervalMs, { missed: "left out" });
  try {
    for (let most = getHeapStatistics().heap_size_limit / 2; most >= bytes && bytes > 0; most -= bytes) {
      await schedule.next(signal);
      for (let left = bytes; left > 0; left -= pieceBytes) {
        kept.push(new Array(Math.ceil(Math.min(left, pieceBytes) / 8)).fill(0));
      }
    }
    await sleep(Number.POSITIVE_INFINITY, { signal });
  } finally {
    kept.length = 0; // at the end: V8 frees an array that is never used again
  }
}
