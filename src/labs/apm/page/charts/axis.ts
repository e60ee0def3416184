import type { Theme } from "../theme.js";

/** The look of both axes. */
export function axis({ muted, grid }: Theme): uPlot.Axis {
  return {
    stroke: muted,
    font: "11px system-ui, sans-serif",
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
}
