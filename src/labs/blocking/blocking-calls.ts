/** The blocking calls, as a worker module: each holds up the thread it runs on for `ms` milliseconds. */

/** Computes all the time, as a long calculation does. */
export function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Sleeps synchronously and uses no CPU, as a blocking library does that waits for its reply (time.sleep). */
export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
