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
