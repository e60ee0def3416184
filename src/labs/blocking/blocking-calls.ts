/** The blocking calls, as a worker module. Each blocks its thread for `ms` milliseconds, and returns how long it did. */

/** Computes all the time, like a long calculation. */
export function busy(ms: number): number {
  const start = performance.now();
  while (performance.now() - start < ms);
  return performance.now() - start;
}

/** Sleeps synchronously and uses no CPU, like a blocking library that waits for its reply (time.sleep). */
export function sleepSync(ms: number): number {
  const start = performance.now();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return performance.now() - start;
}
