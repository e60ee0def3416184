import type { BadFrame } from "./parse-sample.js";

/** Why a message is not charted: it is no sample, or it is not one frame, or there are too many series. */
export type RejectReason = BadFrame | "frames" | "cardinality";

/** Why a browser was cut off: too much waited for it, or it took nothing for too long. */
export type EvictReason = "backlog" | "stalled";

/** What happened since the server started; /metrics tells all of it. */
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
  /** Numbers that had not come when a later one did. */
  lost = 0;
  /** Of these, those that came after all. */
  late = 0;
  skewed = 0;
  feedWrites = 0;
  feedSkipped = 0;
  readonly feedEvicted: Record<EvictReason, number> = { backlog: 0, stalled: 0 };
  feedRefused = 0;
}
