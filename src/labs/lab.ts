/** A claim of the notes, and the measurement of this very run. */
export interface Finding {
  claim: string;
  measured: string;
  holds: boolean;
}

/** A claim that this run could not decide, on a machine that is too busy for example: neither ✔ nor ✘. */
export interface Undecided {
  claim: string;
  measured: string;
}

/**
 * The second argument of every lab. It ends when `signal` aborts, and reports progress through `emit`. A lab with many
 * events awaits the promise that `emit` may return.
 */
export interface LabContext<Event = never> {
  signal: AbortSignal;
  emit?: ((event: Event) => Promise<void> | void) | undefined;
}
