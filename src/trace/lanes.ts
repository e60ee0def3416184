import { type Events, loopLane } from "./events.js";

const workers = 10; // lanes of workers begin here,
const tasks = 100; // those of tasks here, and further ones of a task there:
const beside = 1_000_000;

/** Hands out lanes. That of a task is free again when the task ends: there are as many as there were tasks at once. */
export class Lanes {
  readonly #events: Events;
  readonly #free: number[] = [];
  readonly #workers = new Map<string, number>();
  readonly #beside = new Map<string, number>();
  #next = tasks;

  constructor(events: Events) {
    this.#events = events;
    events.lane(loopLane, "event loop", 0);
  }

  /** A lane for a task. Give it back by free(). */
  take(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    const lane = this.#next++;
    this.#events.lane(lane, "tasks", lane * 100);
    return lane;
  }

  free(lane: number): void {
    this.#free.push(lane);
  }

  /** The lane for the `place`th of several waits of a task at once, which is shown below that of the task. */
  below(lane: number, place: number): number {
    const key = `${lane}/${place}`;
    return this.#kept(this.#beside, key, beside, `… and at the same time`, lane * 100 + Math.min(place, 99));
  }

  /** The lane of a thread or a process. */
  worker(name: string): number {
    return this.#kept(this.#workers, name, workers, name, workers + this.#workers.size);
  }

  #kept(lanes: Map<string, number>, key: string, first: number, name: string, place: number): number {
    const known = lanes.get(key);
    if (known !== undefined) return known;
    const fits = first + lanes.size < tasks || first === beside;
    const lane = (fits ? first : beside * 2) + lanes.size;
    lanes.set(key, lane);
    this.#events.lane(lane, name, place);
    return lane;
  }
}
