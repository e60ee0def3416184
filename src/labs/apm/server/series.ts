import type { SeriesUpdate } from "../page-protocol.js";
import type { Sample } from "../sample.js";
import type { History } from "./history.js";
import { Losses } from "./losses.js";

/** `id` tells the lives of apps apart; a program that reports none is known by its colour. */
export function seriesKey({ id, color }: Sample): string {
  return id === undefined ? `color:${color}` : `id:${id}`;
}

/** One app, or whatever reports under one colour: its last sample, its history, its losses. */
export class Series {
  readonly key: string;
  readonly losses = new Losses();
  readonly history: History;
  sample: Sample;
  /** When the last sample arrived, in server time. */
  at = 0;

  /** `history`: an empty one. */
  constructor(key: string, first: Sample, history: History) {
    this.key = key;
    this.sample = first;
    this.history = history;
  }

  /** Take a sample that arrived at `at`, and tell how many more are lost since the last one; see Losses.count(). */
  add(sample: Sample, at: number): number {
    this.sample = sample;
    this.at = at;
    this.history.add(Math.floor(at), sample);
    return sample.id === undefined ? 0 : this.losses.count(sample);
  }

  /** As it goes out on the feed: the sample, when it arrived, and the losses so far. */
  get update(): SeriesUpdate {
    const { received, lost, joinedAt } = this.losses;
    const known = this.sample.id !== undefined;
    return { ...this.sample, series: this.key, at: this.at, ...(known && { received, lost, joined_at: joinedAt }) };
  }
}
