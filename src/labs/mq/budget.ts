/** Bytes that many share, up to a limit. */
export class Budget {
  used = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  hasRoomFor(bytes: number): boolean {
    return this.used + bytes <= this.#most;
  }
}
