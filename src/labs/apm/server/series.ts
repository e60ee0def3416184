import type { SeriesUpdate } from "../page-protocol.js";
import type { Sample } from "../sample.js";
import type { History } from "./history.js";
import { Losses } from "./losses.js";

/** The key of a series: its `id`, or its colour without one. */
export function seriesKey({ id, color }: Sample): string {
  return id === undefined ? `color:${color}` : `id:${id}`;
}

/** One app, or all programs without `id` of one colour: last sample, history, losses. */
export class Series {
  readonly key: string;
  readonly losses = new Losses();
  readonly history: History;
  sample: Sample;
  /** Arrival of the last sample, in server time. */
  at = 0;

  /** `history` must be empty. */
  constructor(key: string, first: Sample, history: History) {
    this.key = key;
    this.sample = first;
    this.history = history;
  }

  /** Take a sample that arrived at `at`, and return the number of new losses; see Losses.count(). */
  add(sample: Sample, at: number): number {
    this.sample = sample;
    this.at = at;
    this.history.add(Math.floor(at), sample);
    return sample.id === undefined ? 0 : this.losses.count(sample);
  }

  /** The last sample as the feed sends it, with its arrival and the losses so far. */
  get update(): SeriesUpdate {
    const { received, lost, joinedAt } = this.losses;
    const known = this.sample.id !== undefined;
    return { ...this.sample, series: this.key, at: this.at, ...(known && { received, lost, joined_at: joinedAt }) };
  }
}
