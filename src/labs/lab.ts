/** A claim of the notes, and the measurement of this very run. */
export interface Finding {
  claim: string;
  measured: string;
  holds: boolean;
}

/** The value that a check saw in this run, and whether it is the claimed one. */
export type Outcome = Pick<Finding, "measured" | "holds">;

/** A claim that this run could not decide, on a machine that is too busy for example: neither ✔ nor ✘. */
export interface Undecided {
  claim: string;
  measured: string;
}

/** A judged claim. `holds` is undefined where this run could not decide. */
export interface Verdict extends Undecided {
  holds: boolean | undefined;
}

/** The fields of a report that hold its claims. */
export interface Conclusions {
  findings: Finding[];
  undecided: Undecided[];
}

/** The decided claims and the undecided ones, each in the order of `verdicts`. */
export function concludeFrom(verdicts: readonly Verdict[]): Conclusions {
  const conclusions: Conclusions = { findings: [], undecided: [] };
  for (const { claim, measured, holds } of verdicts) {
    if (holds === undefined) conclusions.undecided.push({ claim, measured });
    else conclusions.findings.push({ claim, measured, holds });
  }
  return conclusions;
}

/**
 * The second argument of every lab. It ends when `signal` aborts, and reports progress through `emit`. A lab with many
 * events awaits the promise that `emit` may return.
 */
export interface LabContext<Event = never> {
  signal: AbortSignal;
  emit?: ((event: Event) => Promise<void> | void) | undefined;
}
