import type { Sample } from "./sample.js";

/** A sample as the server passes it on: the data of each unnamed event of `GET /feed`. */
export interface SeriesUpdate extends Sample {
  /** The key of the series: `id:…` or `color:…`. */
  series: string;
  /** Time of arrival in Unix seconds by the server's clock. Charts use it, and not the app's clock. */
  at: number;
  /** Samples received and lost in this life of the app, at this server; only with an `id`. */
  received?: number;
  lost?: number;
  /** The first `seq` that arrived here; undefined if the app does not count. */
  joined_at?: number | undefined;
}

/** The first event of the feed, `hello`. */
export interface Hello {
  /** The server's time in Unix seconds. */
  now: number;
  /** The endpoint where apps connect. */
  collect: string;
}

/** The second event of the feed, `snapshot`: the last sample of each series. */
export interface Snapshot {
  samples: SeriesUpdate[];
}

/** The default endpoint where apps connect. */
export const defaultCollect = "tcp://127.0.0.1:5555";

/** The charts: `cpu` in percent of one core, `mem` in MiB, `lag` in milliseconds. */
export const metrics = ["cpu", "mem", "lag"] as const;
export type Metric = (typeof metrics)[number];

/** One metric in buckets of time; null where nothing was reported. */
export interface Columns {
  last: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
}

export interface Points extends Record<Metric, Columns> {
  /** The start of each bucket in Unix seconds. Buckets without a sample are left out. */
  at: number[];
}

/** The reply of `GET /api/series`. */
export interface HistoryReply {
  now: number;
  /** Length of a bucket in seconds. */
  step: number;
  series: (SeriesUpdate & { points: Points })[];
}
