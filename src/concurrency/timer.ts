const longestTimer = 2 ** 31 - 1; // setTimeout turns anything longer into 1 ms

/** Throw RangeError unless `ms` is 0 or more; Infinity is allowed. Node turns NaN and -1 into 1 ms without a word. */
export function checkDuration(ms: number): void {
  if (typeof ms !== "number" || !(ms >= 0)) {
    throw new RangeError(`a duration must be 0 or more milliseconds, got ${String(ms)}`);
  }
}

/**
 * Call `done` after `ms` milliseconds of any length (Infinity: never). Returns a function that cancels it. The timer is
 * never unref'd: it keeps the process alive, and garbage collection cannot take it away.
 */
export function startTimer(ms: number, done: () => void): () => void {
  let timer: NodeJS.Timeout;
  function wait(rest: number): void {
    if (rest <= longestTimer) timer = setTimeout(done, rest);
    else timer = setTimeout(wait, longestTimer, rest - longestTimer);
  }
  wait(Math.ceil(ms)); // Node cuts 1.9 ms down to 1
  return () => clearTimeout(timer);
}
