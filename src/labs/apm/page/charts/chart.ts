import { type App, dashes } from "../apps.js";
import { contrast } from "../contrast.js";
import type { Mark, Metric } from "../protocol.js";
import { clockText } from "../server-clock.js";
import { rgb, type Theme } from "../theme.js";
import { isWorst, type Lines } from "../timeline.js";
import { axis } from "./axis.js";
import { drawLonePoints, withBand } from "./bands.js";
import { drawMarks } from "./draw-marks.js";
import { moveByKeys, tellMoment } from "./keys.js";
import { Outlines } from "./outlines.js";
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
  /** Called with the app of the line nearest to the pointer. */
  onNear(key: string | undefined): void;
}

/** A uPlot chart with a line for each app. All charts share the pointer. */
export class Chart {
  readonly metric: Metric;
  /** By the clock of this machine. */
  marks: readonly Mark[] = [];
  readonly #options: ChartOptions;
  readonly #tip = new Tip();
  #plot: uPlot | undefined;
  #apps: readonly App[] = [];
  #shape = "";
  #view: [number, number] = [0, 1];
  #bands: Lines["bands"] = [];
  #outlines = new Outlines();
  #nearest: number | null = null;

  constructor(options: ChartOptions) {
    this.metric = options.metric;
    this.#options = options;
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(options.element);
    moveByKeys(options.element, () => this.#plot);
  }

  get width(): number {
    return this.#options.element.clientWidth;
  }

  /** Draw the lines of the apps, from `from` to `to`. All times are Unix seconds of this machine. */
  draw(apps: readonly App[], { seconds, lines, bands }: Lines, [from, to]: [number, number], theme: Theme): void {
    if (this.width === 0) return; // hidden
    this.#view = [from, to];
    this.#bands = bands;
    this.#options.element.setAttribute("aria-valuemin", String(Math.round(from - to)));
    const shape = JSON.stringify([apps.map(({ key, last, dash }) => [key, last.color, dash]), theme]);
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
      plot.setData([seconds, ...lines] as uPlot.AlignedData);
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
    const series = this.#apps.map((app) => this.#lineOf(app, theme));
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
        y: { range: () => this.#options.range(...this.#extremes()) },
      },
      axes: [
        { ...axis(theme), space: 90, size: 26, values: (_plot, times) => times.map(clockText) },
        { ...axis(theme), space: 26, size: 58 },
      ],
      series: [{}, ...series],
      hooks: {
        setCursor: [(plot) => this.#pointed(plot)],
        setSeries: [(plot, index, change) => "focus" in change && this.#near(plot, index)],
        drawAxes: [(plot) => drawMarks(plot, this.marks, this.#apps)],
        drawSeries: [
          (plot, index) => drawLonePoints(plot, index, this.#apps[index - 1]?.last.color ?? ""),
          (plot, index) => this.#outlines.draw(plot, index, theme.ink, lineWidth),
        ],
      },
    };
    this.#plot = new uPlot(options, [[], ...this.#apps.map(() => [])] as unknown as uPlot.AlignedData, element);
    this.#plot.over.append(this.#tip.element);
  }

  #lineOf({ last: { color }, dash }: App, theme: Theme): uPlot.Series {
    const linear = uPlot.paths.linear?.() as uPlot.Series.PathBuilder;
    const paths = isWorst(this.metric) ? linear : withBand(linear, (series) => this.#bands[series - 1]);
    const outlined = contrast(rgb(color), rgb(theme.card)) < leastContrast;
    return {
      stroke: color,
      ...(!isWorst(this.metric) && { fill: `rgb(${rgb(color).join(" ")} / 22%)` }),
      width: lineWidth,
      points: { show: false },
      ...(dash > 0 && { dash: [...(dashes[dash] ?? [])] }),
      paths: outlined ? this.#outlines.remember(paths) : paths,
    };
  }

  #pointed(plot: uPlot): void {
    const { left = -1, top = 0, idx } = plot.cursor;
    const time = left >= 0 && idx !== null && idx !== undefined ? plot.data[0][idx] : undefined;
    this.#options.onTime(time);
    tellMoment(this.#options.element, time, this.#view[1]);
    const nearest = this.#nearest ?? 0;
    const app = this.#apps[nearest - 1];
    const value = app && time !== undefined && typeof idx === "number" ? plot.data[nearest]?.[idx] : undefined;
    if (typeof value !== "number" || !app || time === undefined) return this.#tip.hide();
    const { least = [], greatest = [] } = this.#bands[nearest - 1] ?? {};
    const text = `${app.label}: ${valueText(value, least[idx as number], greatest[idx as number], this.#options)}`;
    this.#tip.show(clockText(time), text, { left, top, width: plot.over.clientWidth });
  }

  /** Remember the line nearest to the pointer. */
  #near(plot: uPlot, index: number | null): void {
    this.#nearest = index;
    this.#options.onNear(this.#apps[(index ?? 0) - 1]?.key);
    this.#pointed(plot);
  }

  /** The least and greatest value of the lines that are shown. */
  #extremes(): [number, number] {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    this.#bands.forEach(({ least: lows, greatest }, i) => {
      if (this.#apps[i]?.hidden) return;
      for (const value of lows) if (value < least) least = value; // false for NaN
      for (const value of greatest) if (value > most) most = value;
    });
    return least <= most ? [least, most] : [0, 0];
  }

  #size(): { width: number; height: number } {
    const { clientWidth: width, clientHeight: height } = this.#options.element;
    return { width, height };
  }
}

/** `5.0 %`, or `5.0 % (5.0 % to 95.0 %)` of a second with several values. */
function valueText(value: number, least = value, greatest = value, { format }: ChartOptions): string {
  const [low, high, text] = [format(least), format(greatest), format(value)];
  return low === high ? text : `${text} (${low} to ${high})`;
}
