import type { Sample } from "../sample.js";

/** A sample as the server passes it on: the data of each unnamed event of `GET /feed`. */
export interface SeriesUpdate extends Sample {
  /** The key of the series: `id:…` or `color:…`. */
  series: string;
  /** Time of arrival in Unix seconds by the server's clock. Charts use it, and not the app's clock. */
  at: number;
  /** Least and greatest value since the last write to the feed, if there was more than one sample. */
  between?: Extremes;
  /** Its active alerts, as they were typed; undefined if there are none. */
  alerts?: string[];
  /** Samples received and lost in this life of the app, at this server; only with an `id`. */
  received?: number;
  lost?: number;
  /** The first `seq` that arrived here; undefined if the app does not count. */
  joined_at?: number | undefined;
}

/** The wall clock of the server jumped ahead: its machine was suspended, or its clock was set. */
export interface Jump {
  /** Server time in Unix seconds. */
  at: number;
  /** Seconds. */
  by: number;
}

/** The first event of the feed, `hello`. */
export interface Hello extends Beat {
  /** The start of the server in Unix seconds. Another one is another life. */
  started: number;
  /** The endpoint where apps connect. */
  collect: string;
}

/** The second event of the feed, `snapshot`: the last sample of each series. */
export interface Snapshot {
  samples: SeriesUpdate[];
}

/** The event `beat`, every five seconds: the server's time in Unix seconds, and the jumps of its wall clock. */
export interface Beat {
  now: number;
  jumps: Jump[];
}

/** Something that happened to an app: the event `mark`, and those before it in the event `marks`. */
export interface Mark {
  /** Server time in Unix seconds. */
  at: number;
  kind: "started" | "ended" | "silent" | "back" | "lost" | "blocked" | "alert" | "alert-over";
  /** Such as `ended with exit code 7`. */
  text: string;
  series: string;
  name: string;
  color: string;
}

/** The event `rejected`: messages that were rejected so far, and the last one in words. */
export interface Rejected {
  count: number;
  text: string;
  /** The sender, as the message names it. */
  from?: string;
}

/** The default endpoint where apps connect. */
export const defaultCollect = "tcp://127.0.0.1:5555";

/** The charts: `cpu` in percent of one core, `mem` in MiB, `lag` in milliseconds, `wait` in milliseconds per second. */
export const metrics = ["cpu", "mem", "lag", "wait"] as const;
export type Metric = (typeof metrics)[number];

/** Values of some metrics. */
export type Values = { [Key in Metric]?: number | undefined };

/** The least and the greatest value of some metrics. */
export type Extremes = { [Key in Metric]?: [least: number, greatest: number] };

/** Milliseconds that a CPU figure must span. Below, ticks of 10 ms would make it a guess. */
const leastSpanMs = 100;

/** The values of a sample that are worth a point in a chart. A command that has ended shows its last peak, and no 0. */
export function charted({ cpu, mem, lag, wait, span = leastSpanMs, closing, processes, mem_peak }: Sample): Values {
  const isOver = closing === true && processes === 0;
  return { cpu: span < leastSpanMs ? undefined : cpu, mem: isOver ? mem_peak || undefined : mem, lag, wait };
}

/** The extremes that a sample itself reports. */
export function extremesOf({ mem_peak }: Sample): Extremes {
  return mem_peak ? { mem: [mem_peak, mem_peak] } : {};
}

/** The seconds of silence after which a series is stale. `gaps`: the seconds between its last three samples. */
export function staleAfter({ interval }: Sample, gaps: readonly [number, number]): number {
  return interval === undefined ? Math.max(3, 3 * Math.min(...gaps)) : Math.max(2, (3 * interval) / 1000);
}

/** One metric in buckets of time; null where nothing was reported. */
export interface Columns {
  last: (number | null)[];
  min: (number | null)[];
  max: (number | null)[];
}

export interface Points extends Record<Exclude<Metric, "wait">, Columns> {
  wait?: Columns;
  /** The start of each bucket in Unix seconds. Buckets without a sample are left out. */
  at: number[];
}

/** The reply of `GET /api/series`. */
export interface HistoryReply {
  now: number;
  /** Points before a jump are as much earlier by the wall clock. */
  jumps: Jump[];
  /** Length of a bucket in seconds. */
  step: number;
  series: (SeriesUpdate & { points: Points })[];
}
