import type { Sample } from "./sample.js";

/** A sample as the server passes it on: `GET /feed`, the data of every event without a name. */
export interface SeriesUpdate extends Sample {
  /** What the series is known by. */
  series: string;
  /** When it arrived, in Unix seconds by the server's clock: the time to draw it at, whatever the app's clock says. */
  at: number;
  /** Of this life of the app, since this server hears it; only if the app has an `id`. */
  received?: number;
  lost?: number;
  /** The first `seq` this server heard; undefined if the app does not count. */
  joined_at?: number | undefined;
}

/** The event `hello`, the first one. */
export interface Hello {
  /** What time it is for the server, in Unix seconds. */
  now: number;
  /** Where apps connect. */
  collect: string;
}

/** The event `snapshot`, the second one: the last sample of each series. */
export interface Snapshot {
  samples: SeriesUpdate[];
}

/** Where apps connect, unless somebody says otherwise. */
export const defaultCollect = "tcp://127.0.0.1:5555";

/** What is drawn: `cpu` in percent of a core, `mem` in MiB, `lag` in milliseconds. */
export const metrics = ["cpu", "mem", "lag"] as const;
export type Metric = (typeof metrics)[number];

/** One metric in buckets of time: null where nothing was reported. */
export interface Columns {
  last: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
}

export interface Points extends Record<Metric, Columns> {
  /** When each bucket begins, in Unix seconds. Buckets without a sample are not there. */
  at: number[];
}

/** What `GET /api/series` answers. */
export interface HistoryReply {
  now: number;
  /** Seconds of a bucket. */
  step: number;
  series: (SeriesUpdate & { points: Points })[];
}
