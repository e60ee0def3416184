const shortestMs = 100;
const longestMs = 1000;

/**
 * Call `draw` again and again, between once and ten times a second, for at most a tenth of the time. `wishMs` is the
 * time until the picture visibly changes. A hidden page draws nothing.
 */
export function animate(draw: () => void, wishMs: () => number): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let next = 0;
  let costMs = 0;
  function frame(): void {
    requestAnimationFrame(frame); // first, so that a draw that throws is not the last one
    const start = performance.now();
    if (start >= next) {
      next = start + longestMs;
      draw();
      costMs = costMs * 0.8 + (performance.now() - start) * 0.2;
      const pauseMs = calm.matches ? longestMs : Math.max(wishMs(), 10 * costMs);
      next = start + Math.min(longestMs, Math.max(shortestMs, pauseMs));
    }
  }
  requestAnimationFrame(frame);
}
