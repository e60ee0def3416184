import type { BadFrame } from "./parse-sample.js";

/** The reason for rejecting a message: no sample, several frames, or too many series. */
export type RejectReason = BadFrame | "frames" | "cardinality";

/** The reason for cutting off a browser: too much data waited for it, or it took none for too long. */
export type EvictReason = "backlog" | "stalled";

/** Counts since the start of the server. All of them are in /metrics. */
export class Counters {
  samples = 0;
  readonly rejected: Record<RejectReason, number> = {
    empty: 0,
    utf8: 0,
    json: 0,
    shape: 0,
    field: 0,
    range: 0,
    frames: 0,
    cardinality: 0,
  };
  /** Numbers that were missing when a later one arrived. */
  lost = 0;
  /** Of these, those that arrived later. */
  late = 0;
  skewed = 0;
  feedWrites = 0;
  feedSkipped = 0;
  readonly feedEvicted: Record<EvictReason, number> = { backlog: 0, stalled: 0 };
  feedRefused = 0;
}
