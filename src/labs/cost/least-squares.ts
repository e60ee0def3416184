export interface Line {
  slope: number;
  intercept: number;
}

/** The straight line through points of x and y with the least sum of squares. Undefined without two different x. */
export function leastSquares(points: readonly (readonly [x: number, y: number])[]): Line | undefined {
  const { length } = points;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / length;
  let covariance = 0;
  let variance = 0;
  for (const [x, y] of points) {
    covariance += (x - meanX) * (y - meanY);
    variance += (x - meanX) ** 2;
  }
  if (!(variance > 0)) return undefined;
  const slope = covariance / variance;
  return { slope, intercept: meanY - slope * meanX };
}
