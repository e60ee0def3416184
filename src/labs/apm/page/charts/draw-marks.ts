import type { App } from "../apps.js";
import type { Mark } from "../protocol.js";

/** Draw a dashed line from top to bottom where something happened to an app that is shown, in its colour. */
export function drawMarks(plot: uPlot, marks: readonly Mark[], apps: readonly App[]): void {
  const { ctx, bbox } = plot;
  const hidden = new Set(apps.filter((app) => app.hidden).map(({ key }) => key));
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.globalAlpha = 0.6; // a mark is no line
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { at, series, color } of marks) {
    const left = Math.round(plot.valToPos(at, "x", true)) + 0.5;
    if (hidden.has(series) || left < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.strokeStyle = color;
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
