import type { Finding } from "../lab.js";

/** The value that a check saw in this run, and whether it is the claimed one. */
export type Outcome = Pick<Finding, "measured" | "holds">;

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
