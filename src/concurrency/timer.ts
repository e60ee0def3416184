const longestTimer = 2 ** 31 - 1; // setTimeout turns anything longer into 1 ms

/** Throw RangeError unless `ms` is 0 or more; Infinity is allowed. Node turns NaN and -1 into 1 ms without a word. */
export function checkDuration(ms: number): void {
  if (typeof ms !== "number" || !(ms >= 0)) {
    throw new RangeError(`a duration must be 0 or more milliseconds, got ${String(ms)}`);
  }
}

/**
 * Call `done` after `ms` milliseconds of any length (Infinity: never), and never earlier. Returns a function that cancels
 * it. The timer is never unref'd: it keeps the process alive, and garbage collection cannot take it away.
 */
export function startTimer(ms: number, done: () => void): () => void {
  const due = performance.now() + ms;
  let timer: NodeJS.Timeout;
  const wait = (rest: number) => {
    timer = setTimeout(wake, Math.min(Math.ceil(rest), longestTimer));
  };
  // Node counts from the start of the turn in which a timer is set: after a long computation it fires early.
  const wake = () => {
    const rest = due - performance.now();
    if (rest > 0) wait(rest);
    else done();
  };
  wait(ms);
  return () => clearTimeout(timer);
}
