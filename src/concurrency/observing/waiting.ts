/** A wait, for those that look at the program. */
export interface Waiting {
  /** Such as "jobs get", "sleep 300 ms" or "task group". */
  readonly what: string;
  /** Such as "20 of 20 in flight". */
  readonly state?: string;
  /** Only code of this process can end it: another task, and no timer, file or socket. */
  readonly isInner?: true;
  /** The signal of the task that must act first, such as the holder of a lock. */
  readonly heldBy?: AbortSignal | undefined;
  /** The tasks of a scope. */
  readonly tasks?: Iterable<Started>;
  /** The signal under which its own waits stand. */
  readonly inside?: AbortSignal;
}

/** A task that has not ended. */
export interface Started {
  readonly name: string;
  readonly signal: AbortSignal;
  /** As of performance.now(). */
  readonly startedAt: number;
}

/** Passed to onAbort() by each wait. Called only when somebody asks, perhaps in the middle of anything: it must only read. */
export interface Described {
  describe(): Waiting;
}

let root: Described | undefined;

/** The scope of run(), in which all others stand. undefined: there is none. */
export function rootScope(): Described | undefined {
  return root;
}

export function setRootScope(scope: Described | undefined): void {
  root = scope;
}
