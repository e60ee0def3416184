import type { Outcome } from "../../http/client/fetch-one.js";
import type { UrlLine } from "./url-lines.js";

/** A line of a list, perhaps with a scheduled start. */
export interface Job extends UrlLine {
  /** On the clock of performance.now() (default: as soon as possible). A late start counts as latency. */
  startAt?: number;
  /** The request was refused, and is to be repeated. */
  refused?: Refused;
}

/** What became of a request so far, whose host asked to wait. */
export interface Refused {
  outcome: Outcome;
  attempts: number;
  /** The sum of its tries, in milliseconds. */
  ms: number;
  /** The start of the first one. */
  firstAt: number;
}

/** The host that a job waits for: the one that refused it, else that of its URL. */
export function hostOf({ url, refused }: Job): string {
  return (refused?.outcome.reply?.url ?? url)?.host ?? "";
}
