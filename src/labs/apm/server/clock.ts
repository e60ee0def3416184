/**
 * Unix seconds by a clock that never jumps: the wall's at the start of this process, then the monotonic one. All that is
 * drawn, compared or aged goes by it; a page shows it as its own wall clock's time.
 */
export function serverTime(): number {
  return (performance.timeOrigin + performance.now()) / 1000;
}
