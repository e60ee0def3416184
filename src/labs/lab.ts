/** A claim of the notes, and what this very run measured of it. */
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
 * What every lab is given besides its options: it ends when `signal` aborts, and says what happens through `emit`, whose
 * promise, if it returns one, a lab with much to say awaits.
 */
export interface LabContext<Event = never> {
  signal: AbortSignal;
  emit?: ((event: Event) => Promise<void> | void) | undefined;
}
