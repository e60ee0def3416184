import { type Observer, observer } from "../observing/observer.js";
import { startTimer } from "../timer.js";
import { HeldTasks } from "./held-tasks.js";
import type { PoolTask, TaskHolder } from "./pool-task.js";
import { deserializeError } from "./serialized-error.js";
import {
  type Times,
  type WorkerChannel,
  type WorkerEnd,
  type WorkerEvents,
  type WorkerMessage,
  workerCrashed,
} from "./worker-protocol.js";

/** The events of a worker that matter to the scheduler. */
export interface PoolWorkerEvents {
  ready(): void;
  taskEnded(): void;
  /** The worker is dead. `unstarted` are the tasks to give to others; `failure` says why it never became ready. */
  gone(unstarted: readonly PoolTask[], failure: { error: unknown } | undefined): void;
}

/** The time in milliseconds that an idle worker has to end by itself. */
const graceMs = 1000;

/** One worker, seen from the pool: its life, its tasks and their outcomes. */
export class PoolWorker implements TaskHolder {
  state: "starting" | "ready" | "leaving" = "starting";
  readonly tasks: HeldTasks;
  readonly #events: PoolWorkerEvents;
  readonly #channel: WorkerChannel;
  #keepsAlive = true;
  #failure: { error: unknown } | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(start: (events: WorkerEvents) => WorkerChannel, events: PoolWorkerEvents) {
    this.#events = events;
    this.#channel = start({ message: (message) => this.#receive(message), exit: (end) => this.#exited(end) });
    this.tasks = new HeldTasks(this, this.#channel);
  }

  get name(): string {
    return this.#channel.name;
  }

  get idle(): boolean {
    return this.state === "ready" && this.tasks.size === 0;
  }

  /** How many more tasks it should get now. */
  get room(): number {
    return this.state === "ready" ? this.tasks.room : 0;
  }

  revoke(task: PoolTask): boolean {
    return this.tasks.revoke(task);
  }

  /**
   * Kill the worker, since `task` was aborted and has started. Returns the tasks behind it. The worker lives if one of
   * those has started too: then `task` is over, and its outcome is on the way.
   */
  abandon(task: PoolTask): PoolTask[] {
    const unstarted = this.tasks.recall();
    if (this.tasks.last === task) this.kill();
    return unstarted;
  }

  /** Choose whether the worker keeps this process alive. A leaving worker always does. */
  keepAlive(wanted: boolean): void {
    const keepsAlive = wanted || this.state === "leaving";
    if (keepsAlive === this.#keepsAlive) return;
    this.#keepsAlive = keepsAlive;
    this.#channel.keepAlive(keepsAlive);
  }

  /** Ask the idle worker to end. It is killed if it has not ended after a second, or never became ready. */
  stop(): void {
    if (this.state === "leaving") return;
    if (this.state === "ready") {
      this.#channel.stop();
      this.#stopTimer = startTimer(graceMs, () => this.#channel.kill());
    } else {
      this.#channel.kill();
    }
    this.#leave();
  }

  kill(): void {
    this.#leave();
    this.#channel.kill();
  }

  #leave(): void {
    this.state = "leaving";
    this.keepAlive(true);
  }

  #receive(message: WorkerMessage): void {
    const [type, content, times] = message;
    if (type === "value") this.#endTask(times)?.resolve(content);
    else if (type === "error") this.#endTask(times)?.reject(deserializeError(content));
    else if (type === "ready") {
      if (this.state !== "starting") return;
      this.state = "ready";
      this.#events.ready();
    } else {
      if (content) this.#failure = { error: deserializeError(content) };
      if (type === "failed") this.#channel.kill();
    }
  }

  #endTask(times: Times | undefined): PoolTask | undefined {
    this.#events.taskEnded();
    const task = this.tasks.shift();
    if (times && task && observer) tellOf(observer, this.name, task, times);
    return task;
  }

  #exited(how: WorkerEnd): void {
    this.#stopTimer?.();
    const end = { ...how, cause: how.cause ?? this.#failure?.error };
    const unstarted = this.tasks.rescue({ undelivered: how.undelivered ?? false });
    this.tasks.rejectAll(({ name }) => workerCrashed(end, `ran "${name}"`));
    const failure = this.state === "starting" ? (this.#failure ?? { error: workerCrashed(end, "started") }) : undefined;
    this.state = "leaving";
    this.#events.gone(unstarted, failure);
  }
}

function tellOf(observer: Observer, where: string, { name }: PoolTask, [from, to]: Times): void {
  observer.ran(where, name, from - performance.timeOrigin, to - performance.timeOrigin);
}
