import type { Lines } from "../timeline.js";

type Band = Lines["bands"][number];

/** Radius in CSS pixels of a point without neighbours, which no line would show. */
const dotRadius = 2.5;

/** Wrap a path builder: behind the line, each second is a bar from its least to its greatest value. */
export function withBand(build: uPlot.Series.PathBuilder, bandOf: (series: number) => Band | undefined) {
  return (plot: uPlot, series: number, from: number, to: number): uPlot.Series.Paths | null => {
    const paths = build(plot, series, from, to);
    const band = bandOf(series);
    return paths && band ? { ...paths, fill: barsOf(plot, band, from, to) } : paths;
  };
}

function barsOf(plot: uPlot, { least, greatest }: Band, from: number, to: number): Path2D {
  const bars = new Path2D();
  const times = plot.data[0];
  for (let i = from; i <= to; i++) {
    const [low, high, time] = [least[i] ?? 0, greatest[i] ?? 0, times[i]];
    if (!(high > low) || time === undefined) continue;
    const [top, bottom] = [plot.valToPos(high, "y", true), plot.valToPos(low, "y", true)];
    const [left, right] = [plot.valToPos(time - 0.5, "x", true), plot.valToPos(time + 0.5, "x", true)];
    bars.rect(left, top, Math.max(right - left, devicePixelRatio), bottom - top);
  }
  return bars;
}

/** Draw a dot for each point that no line reaches. */
export function drawLonePoints(plot: uPlot, series: number, color: string): void {
  const { ctx, data } = plot;
  const [times, line = []] = [data[0], data[series]];
  ctx.save();
  ctx.fillStyle = color;
  for (const i of lonePoints(line)) {
    const [time, value] = [times[i], line[i]];
    if (time === undefined || typeof value !== "number") continue;
    const [left, top] = [plot.valToPos(time, "x", true), plot.valToPos(value, "y", true)];
    if (left < plot.bbox.left || left > plot.bbox.left + plot.bbox.width) continue;
    ctx.beginPath();
    ctx.arc(left, top, dotRadius * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}

/** The indexes of the points between two breaks of a line: null, or its ends. */
function lonePoints(line: ArrayLike<number | null | undefined>): number[] {
  const lone: number[] = [];
  let run: number[] = [];
  for (let i = 0; i <= line.length; i++) {
    const value = line[i];
    if (typeof value === "number") run.push(i);
    if (value !== null && i < line.length) continue;
    if (run.length === 1) lone.push(run[0] as number);
    run = [];
  }
  return lone;
}
