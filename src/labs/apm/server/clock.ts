/**
 * Unix seconds by a clock that never jumps: the wall clock at the start of this process, then the monotonic one.
 * Points, ages and gaps use it. A page shows it as its own wall-clock time.
 */
export function serverTime(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}
