/** Bytes that many share, up to a limit. */
export class Budget {
  used = 0;
  readonly #most: number;
  readonly #onFull: () => void;

  /** `onFull` is called when take() exceeds `most` bytes. */
  constructor(most: number, onFull: () => void = () => {}) {
    this.#most = most;
    this.#onFull = onFull;
  }

  get isExceeded(): boolean {
    return this.used > this.#most;
  }

  take(bytes: number): void {
    this.used += bytes;
    if (this.isExceeded) this.#onFull();
  }

  giveBack(bytes: number): void {
    this.used -= bytes;
  }
}

/** The bytes that one connection holds of messages that it sends. They are taken from one budget at a time. */
export class FrameMemory {
  #budget: Budget | undefined;
  #held = 0;

  take(budget: Budget, bytes: number): void {
    if (budget === this.#budget && bytes === this.#held) return;
    this.giveBack();
    this.#budget = budget;
    this.#held = bytes;
    budget.take(bytes);
  }

  giveBack(): void {
    this.#budget?.giveBack(this.#held);
    this.#held = 0;
  }
}
