/** The slope of the straight line through points of x and y with the least squares. Undefined without two different x. */
export function leastSquaresSlope(points: readonly (readonly [x: number, y: number])[]): number | undefined {
  const { length } = points;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / length;
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  return variance > 0 ? covariance / variance : undefined;
}
