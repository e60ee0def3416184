import type { Outcome } from "../lab.js";

/** A claim and the code that tries it. */
export interface Check {
  /** Its name for `--only`. */
  name: string;
  claim: string;
  run(signal: AbortSignal): Outcome | Promise<Outcome>;
}

/** Checks that belong together, under a title. */
export interface Group {
  title: string;
  checks: readonly Check[];
}
