import { charted, type Extremes, extremesOf, metrics, type SeriesUpdate, staleAfter } from "../page/protocol.js";
import type { Sample } from "../sample.js";
import type { History } from "./history.js";
import { LagHistogram } from "./lag-histogram.js";
import { Losses } from "./losses.js";

/** The key of a series: its `id`, or its colour without one. */
export function seriesKey({ id, color }: Sample): string {
  return id === undefined ? `color:${color}` : `id:${id}`;
}

/** `silent`: three of its intervals have passed without a sample. `ended`: it has sent its closing sample. */
export type SeriesState = "up" | "silent" | "ended";

/** One app, or all programs without `id` of one colour: last sample, history, losses. */
export class Series {
  readonly key: string;
  readonly losses = new Losses();
  readonly lags = new LagHistogram();
  readonly history: History;
  sample: Sample;
  /** Arrival of the last sample, in server time. */
  at = 0;
  /** Milliseconds of garbage collection so far. */
  gcMs = 0;
  /** Its active alerts. */
  alerts: string[] = [];
  /** In place of the default colour of the app. */
  readonly #color: string | undefined;
  #gaps: readonly [number, number] = [0, 0];
  /** The extremes since the last write to the feed. */
  #between: Extremes = {};
  #samplesBetween = 0;

  /** `history` must be empty. `color` replaces the one that the app got by default. */
  constructor(key: string, first: Sample, history: History, color?: string) {
    this.key = key;
    this.#color = color;
    this.sample = this.#colored(first);
    this.history = history;
  }

  /** Take a sample that arrived at `at`, and return the number of new losses; see Losses.count(). */
  add(sample: Sample, at: number): number {
    if (this.at > 0) this.#gaps = [at - this.at, this.#gaps[0]];
    this.sample = this.#colored(sample);
    this.at = at;
    this.gcMs += sample.gc ?? 0;
    this.#chart(sample, at);
    return sample.id === undefined ? 0 : this.losses.count(sample);
  }

  /** `now` is server time. */
  stateAt(now: number): SeriesState {
    if (this.sample.closing) return "ended";
    return now - this.at > staleAfter(this.sample, this.#gaps) ? "silent" : "up";
  }

  /** The last sample as the feed sends it, with its arrival and the losses so far. */
  get update(): SeriesUpdate {
    const { received, lost, joinedAt } = this.losses;
    const known = this.sample.id !== undefined;
    const alerts = this.alerts.length > 0 && { alerts: this.alerts };
    return {
      ...this.sample,
      series: this.key,
      at: this.at,
      ...alerts,
      ...(known && { received, lost, joined_at: joinedAt }),
    };
  }

  /** The same, with the extremes of all samples since the last call. So a peak is shown that a later sample hides. */
  takeUpdate(): SeriesUpdate {
    const several = this.#samplesBetween > 1;
    const update = { ...this.update, ...(several && { between: this.#between }) };
    this.#between = {};
    this.#samplesBetween = 0;
    return update;
  }

  #colored(sample: Sample): Sample {
    return this.#color === undefined ? sample : { ...sample, color: this.#color };
  }

  #chart(sample: Sample, at: number): void {
    const values = charted(sample);
    const own = extremesOf(sample);
    this.history.add(Math.floor(at), values, own);
    if (values.lag !== undefined) this.lags.add(values.lag);
    this.#samplesBetween++;
    for (const metric of metrics) {
      const value = values[metric];
      if (value === undefined) continue;
      const all = [value, ...(this.#between[metric] ?? []), ...(own[metric] ?? [])];
      this.#between[metric] = [Math.min(...all), Math.max(...all)];
    }
  }
}
