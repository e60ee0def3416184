import type { Metric } from "../page-protocol.js";
import type { App } from "./apps.js";
import { nameOf } from "./apps.js";
import { contrast } from "./contrast.js";
import { Outlines } from "./outlines.js";
import { clockText } from "./server-clock.js";
import { rgb, type Theme } from "./theme.js";
import type { Line } from "./timeline.js";
import { Tip } from "./tip.js";

/** Contrast to the background, below which a line gets an outline. */
const leastContrast = 2.2;
const lineWidth = 2;

export interface ChartOptions {
  metric: Metric;
  element: HTMLElement;
  /** The y scale for the visible values. */
  range(least: number, greatest: number): [number, number];
  /** A value as text, with its unit. */
  format(value: number): string;
  /** Called with the time under the pointer, on the scale of the x values; undefined once the pointer has left. */
  onTime(time: number | undefined): void;
}

/** A uPlot chart with a line for each app. All charts share the pointer. */
export class Chart {
  readonly metric: Metric;
  readonly #options: ChartOptions;
  readonly #tip = new Tip();
  #plot: uPlot | undefined;
  #apps: readonly App[] = [];
  #shape = "";
  #view: [number, number] = [0, 1];
  #outlines = new Outlines();
  #nearest: number | null = null;

  constructor(options: ChartOptions) {
    this.metric = options.metric;
    this.#options = options;
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(options.element);
    options.element.addEventListener("keydown", (event) => this.#moveByKey(event));
    options.element.addEventListener("blur", () => this.#pointNowhere());
  }

  get width(): number {
    return this.#options.element.clientWidth;
  }

  /** Draw the lines of the apps over `times` (Unix seconds), from `from` to `to`. */
  draw(apps: readonly App[], times: number[], lines: Line[], [from, to]: [number, number], theme: Theme): void {
    this.#view = [from, to];
    this.#options.element.setAttribute("aria-valuemin", String(Math.round(from - to)));
    const shape = JSON.stringify([apps.map(({ key, last }) => [key, last.color]), theme]);
    if (shape !== this.#shape || !this.#plot) {
      this.#shape = shape;
      this.#apps = apps;
      this.#build(theme);
    }
    this.#apps = apps;
    const plot = this.#plot as uPlot;
    plot.batch(() => {
      apps.forEach(({ hidden }, i) => {
        if (plot.series[i + 1]?.show === hidden) plot.setSeries(i + 1, { show: !hidden });
      });
      plot.setData([times, ...lines] as uPlot.AlignedData);
    });
  }

  /** Let the line of one app stand out; undefined: none. */
  focus(key: string | undefined): void {
    const index = this.#apps.findIndex((app) => app.key === key);
    this.#plot?.setSeries(index < 0 ? null : index + 1, { focus: true });
  }

  #build(theme: Theme): void {
    const { element } = this.#options;
    this.#plot?.destroy();
    this.#outlines = new Outlines();
    const series = this.#apps.map(({ last }, i) => this.#lineOf(last.color, i, theme));
    const options: uPlot.Options = {
      ...this.#size(),
      padding: [10, 14, 0, 0],
      legend: { show: false },
      focus: { alpha: 0.25 },
      cursor: {
        sync: { key: "lab-apm", setSeries: false },
        focus: { prox: 28 },
        drag: { x: false, y: false },
        points: { size: 7 },
      },
      scales: {
        x: { time: true, range: () => this.#view },
        y: { range: (_plot, least, greatest) => this.#options.range(least ?? 0, greatest ?? 0) },
      },
      axes: [
        { ...axis(theme), space: 90, size: 26, values: (_plot, times) => times.map(clockText) },
        { ...axis(theme), space: 26, size: 58 },
      ],
      series: [{}, ...series],
      hooks: {
        setCursor: [(plot) => this.#pointed(plot)],
        setSeries: [(plot, index, change) => "focus" in change && this.#near(plot, index)],
        drawSeries: [(plot, index) => this.#outlines.draw(plot, index, theme.ink, lineWidth)],
      },
    };
    this.#plot = new uPlot(options, [[], ...this.#apps.map(() => [])] as unknown as uPlot.AlignedData, element);
    this.#plot.over.append(this.#tip.element);
  }

  /** The line of an app. Further apps of the same colour get dashes. */
  #lineOf(color: string, index: number, theme: Theme): uPlot.Series {
    const before = this.#apps.slice(0, index).filter(({ last }) => last.color === color).length;
    const dashes = [[], [8, 4], [2, 3]][before % 3] as number[];
    const paths = uPlot.paths.linear?.() as uPlot.Series.PathBuilder;
    const outlined = contrast(rgb(color), rgb(theme.card)) < leastContrast;
    return {
      stroke: color,
      width: lineWidth,
      points: { show: false },
      ...(dashes.length > 0 && { dash: dashes }),
      paths: outlined ? this.#outlines.remember(paths) : paths,
    };
  }

  #pointed(plot: uPlot): void {
    const { left = -1, top = 0, idx } = plot.cursor;
    const time = left >= 0 && idx !== null && idx !== undefined ? plot.data[0][idx] : undefined;
    this.#options.onTime(time);
    this.#tell(time);
    const nearest = this.#nearest ?? 0;
    const app = this.#apps[nearest - 1];
    const value = app && time !== undefined && typeof idx === "number" ? plot.data[nearest]?.[idx] : undefined;
    if (typeof value !== "number" || !app || time === undefined) return this.#tip.hide();
    const text = `${nameOf(app.last)}: ${this.#options.format(value)}`;
    this.#tip.show(clockText(time), text, { left, top, width: plot.over.clientWidth });
  }

  /** For screen readers: the moment in seconds before now, and as a clock time. */
  #tell(time: number | undefined): void {
    const { element } = this.#options;
    element.setAttribute("aria-valuenow", time === undefined ? "0" : String(Math.round(time - this.#view[1])));
    element.setAttribute("aria-valuetext", time === undefined ? "now" : clockText(time));
  }

  /** Remember the line nearest to the pointer. */
  #near(plot: uPlot, index: number | null): void {
    this.#nearest = index;
    this.#pointed(plot);
  }

  #pointNowhere(): void {
    this.#plot?.setCursor({ left: -10, top: -10 });
  }

  #moveByKey(event: KeyboardEvent): void {
    if (event.key === "Escape") this.#pointNowhere();
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const plot = this.#plot;
    if (step === undefined || !plot) return;
    event.preventDefault();
    const { left = -1 } = plot.cursor;
    const width = plot.over.clientWidth;
    const [from, to] = this.#view;
    const second = width / (to - from);
    const next = left < 0 ? width - second : left + step * Math.max(second, 4);
    plot.setCursor({ left: Math.min(width, Math.max(0, next)), top: plot.over.clientHeight / 2 });
  }

  #size(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    return { width, height };
  }
}

function axis({ muted, grid }: Theme): uPlot.Axis {
  return {
    stroke: muted,
    font: "11px system-ui, sans-serif",
    grid: { stroke: grid, width: 1 },
    ticks: { show: false },
  };
}
