const shortPauseMs = 0.02; // turns that are closer to each other are drawn as one

/** Something that a task waits for. */
export interface TracedWait {
  readonly on: string;
  /** The how-manieth of the waits that the task has at once. */
  readonly place: number;
  /** When the task first gave up the loop with it. */
  from: number | undefined;
  hasEnded: boolean;
}

/** A task in a trace: its turns and its waits, which must nest in a lane. */
export class TracedTask {
  readonly id: number;
  readonly name: string;
  readonly parentId: number | undefined;
  readonly lane: number;
  readonly start: number;
  hasEnded = false;
  /** The trace ended before it did. */
  isCutOff = false;
  /** The last turn, which the next one may continue. */
  turn: { from: number; to: number } | undefined;
  /** The turn that ended a wait of this task, until its next turn. */
  wokenBy: { lane: number; at: number } | undefined;
  /** By place. */
  readonly waits: (TracedWait | undefined)[] = [];
  /** Waits that have begun in the turn that is under way. */
  #fresh: TracedWait[] = [];
  /** A wait began or ended behind the last turn: drawn as one with the next, it would cross that wait. */
  #isTurnOver = false;

  constructor(id: number, name: string, parentId: number | undefined, lane: number, start: number) {
    this.id = id;
    this.name = name;
    this.parentId = parentId;
    this.lane = lane;
    this.start = start;
  }

  beginWait(on: string): TracedWait {
    const free = this.waits.indexOf(undefined);
    const place = free < 0 ? this.waits.length : free;
    const wait: TracedWait = { on, place, from: undefined, hasEnded: false };
    this.waits[place] = wait;
    this.#fresh.push(wait);
    return wait;
  }

  endWait(wait: TracedWait): void {
    wait.hasEnded = true;
    this.waits[wait.place] = undefined;
    this.#isTurnOver = true;
    if (wait.from === undefined) this.#fresh = this.#fresh.filter((each) => each !== wait);
  }

  takeWake(): { lane: number; at: number } | undefined {
    const wake = this.wokenBy;
    this.wokenBy = undefined;
    return wake;
  }

  /** Whether a turn that begins at `from` is to be drawn as one with the last. */
  continuesTurn(from: number): boolean {
    return this.turn !== undefined && !this.#isTurnOver && from - this.turn.to < shortPauseMs;
  }

  addTurn(from: number, to: number): void {
    if (this.turn) this.turn.to = to;
    else this.turn = { from, to };
    this.#isTurnOver = this.#fresh.length > 0;
    for (const wait of this.#fresh) wait.from = to;
    if (this.#fresh.length > 0) this.#fresh = [];
  }
}
