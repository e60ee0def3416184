import { clockText } from "../server-clock.js";

/** Let the arrow keys move the pointer of a chart, a second at a time. Escape and the loss of the focus end it. */
export function moveByKeys(element: HTMLElement, plotOf: () => uPlot | undefined): void {
  element.addEventListener("keydown", (event) => {
    const plot = plotOf();
    if (event.key === "Escape") pointNowhere(plot);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined || !plot) return;
    event.preventDefault();
    move(plot, step);
  });
  element.addEventListener("blur", () => pointNowhere(plotOf()));
}

function pointNowhere(plot: uPlot | undefined): void {
  plot?.setCursor({ left: -10, top: -10 });
}

function move(plot: uPlot, step: number): void {
  const { left = -1 } = plot.cursor;
  const width = plot.over.clientWidth;
  const { min = 0, max = 1 } = plot.scales.x ?? {};
  const second = width / ((max ?? 1) - (min ?? 0));
  const next = left < 0 ? width - second : left + step * Math.max(second, 4);
  plot.setCursor({ left: Math.min(width, Math.max(0, next)), top: plot.over.clientHeight / 2 });
}

/** For screen readers: the moment under the pointer in seconds before `to`, and as a clock time. */
export function tellMoment(element: HTMLElement, time: number | undefined, to: number): void {
  element.setAttribute("aria-valuenow", time === undefined ? "0" : String(Math.round(time - to)));
  element.setAttribute("aria-valuetext", time === undefined ? "now" : clockText(time));
}
