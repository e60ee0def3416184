const shortestMs = 50;
const longestMs = 1000;

/**
 * Call `draw` over and over, as often as it can be seen and no more than a tenth of the time goes into it. `wishMs` is
 * how long the picture stays the same. Nothing is drawn while the page is hidden.
 */
export function animate(draw: () => void, wishMs: () => number): void {
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let next = 0;
  let costMs = 0;
  function frame(): void {
    requestAnimationFrame(frame); // first of all: a draw that throws must not be the last one
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
