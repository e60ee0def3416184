/** The notes' answer to the race: a single thread changes the kitchen, and the others ask it to. */
import type { MessagePort } from "node:worker_threads";
import { change } from "./changes.js";
import { type Kitchen, madePlace, wantedPlace } from "./kitchen.js";

const mostUnderWay = 64; // messages of a bot that wait for the owner

/** The owner of the kitchen, as one of its bots sees it. */
export class Owner {
  readonly #port: MessagePort;
  readonly #kitchen: Kitchen;
  readonly #bot: number;
  #asked = 0;

  constructor(port: MessagePort, kitchen: Kitchen, bot: number) {
    this.#port = port;
    this.#kitchen = kitchen;
    this.#bot = bot;
  }

  /** Ask for a change. With 64 under way, waits until half of them are made. */
  change(pieces: number): void {
    this.#port.postMessage(pieces);
    this.#asked++;
    const made = Atomics.load(this.#kitchen, madePlace(this.#bot));
    if (this.#asked - made >= mostUnderWay) this.#waitFor(this.#asked - mostUnderWay / 2);
  }

  /** Wait until all changes are made. */
  finish(): void {
    this.#waitFor(this.#asked);
  }

  #waitFor(wanted: number): void {
    Atomics.store(this.#kitchen, wantedPlace(this.#bot), wanted);
    const place = madePlace(this.#bot);
    for (let made = 0; made < wanted; made = Atomics.load(this.#kitchen, place)) {
      Atomics.wait(this.#kitchen, place, made); // returns at once if another number is there by now
    }
  }
}

/** Be the owner: make a change that `bot` asked for, and wake it if it waits for that. Never waits itself. */
export function changeFor(bot: number, kitchen: Kitchen, pieces: number): void {
  change(kitchen, pieces);
  const made = Atomics.add(kitchen, madePlace(bot), 1) + 1;
  if (made === Atomics.load(kitchen, wantedPlace(bot))) Atomics.notify(kitchen, madePlace(bot));
}
