import type { Observer } from "../concurrency/observing/observer.js";
import { Events, loopLane } from "./events.js";
import { Lanes } from "./lanes.js";
import type { TraceFile } from "./trace-file.js";
import { TracedTask, type TracedWait } from "./traced-task.js";
import { Turns } from "./turns.js";

const longTurnMs = 50; // a longer one blocks the loop

/** Writes a trace. Memory: the tasks and waits that are open. */
export class Tracer implements Observer {
  readonly events: Events;
  readonly turns = new Turns<TracedTask>((task, from, to) => this.#onTurn(task, from, to));
  /** How often a task ended with a wait still open, by the names of both: somebody forgot an await. */
  readonly unawaited = new Map<string, number>();
  readonly #lanes: Lanes;
  readonly #open = new Set<TracedTask>();
  #ids = 0;

  constructor(file: TraceFile) {
    this.events = new Events(file);
    this.#lanes = new Lanes(this.events);
  }

  task<T>(name: string, _signal: AbortSignal | undefined, start: () => T): T {
    const task = this.begin(name, this.turns.running);
    const end = () => this.end(task);
    return this.turns.start(task, () => {
      const result = start();
      if (result instanceof Promise) result.then(end, end);
      else end();
      return result;
    });
  }

  wait(on: string): () => void {
    const task = this.turns.running;
    if (task === undefined || task.hasEnded) return doNothing;
    const wait = task.beginWait(on);
    return () => this.#endWait(task, wait);
  }

  ran(where: string, name: string, from: number, to: number): void {
    this.events.slice("worker", name, this.#lanes.worker(where), from, to);
  }

  begin(name: string, parent: TracedTask | undefined): TracedTask {
    const task = new TracedTask(++this.#ids, name, parent?.id, this.#lanes.take(), performance.now());
    this.#open.add(task);
    return task;
  }

  /** The task is over. Turns that still come for it belong to nobody. */
  end(task: TracedTask): void {
    if (task.hasEnded) return;
    if (this.turns.running === task) this.turns.handOver(undefined);
    const now = performance.now();
    for (const wait of task.waits) {
      if (wait === undefined) continue;
      if (!task.isCutOff) this.#count(`${task.name}: ${wait.on}`);
      this.#writeWait(task, wait, now);
    }
    this.#writeTurn(task);
    const parent = task.parentId === undefined ? "" : `,"parent":${task.parentId}`;
    this.events.slice("task", task.name, task.lane, task.start, now, `"id":${task.id}${parent}`);
    task.hasEnded = true;
    this.#open.delete(task);
    this.#lanes.free(task.lane);
  }

  /** Write all that is open, and the end. */
  close(): void {
    this.turns.stop();
    const open = [...this.#open];
    for (const task of open) task.isCutOff = true;
    for (const task of open) this.end(task);
    this.events.close(performance.now());
  }

  #onTurn(task: TracedTask | undefined, from: number, to: number): void {
    if (task === undefined || task.hasEnded) {
      if (to - from > longTurnMs) this.events.slice("block", "blocked by code outside of tasks", loopLane, from, to);
      return;
    }
    const woken = task.takeWake();
    if (!task.continuesTurn(from)) {
      this.#writeTurn(task);
      if (woken) this.events.arrow(woken, { lane: task.lane, at: from });
    }
    task.addTurn(from, to);
  }

  #writeTurn(task: TracedTask): void {
    const { turn } = task;
    if (turn === undefined) return;
    task.turn = undefined;
    this.events.slice("run", task.name, task.lane, turn.from, turn.to);
    if (turn.to - turn.from > longTurnMs)
      this.events.slice("block", `blocked by ${task.name}`, loopLane, turn.from, turn.to);
  }

  #endWait(task: TracedTask, wait: TracedWait): void {
    if (task.hasEnded || wait.hasEnded) return;
    const { running, since } = this.turns;
    const now = performance.now();
    this.#writeWait(task, wait, running === task ? since : now);
    if (running && running !== task && !running.hasEnded) task.wokenBy = { lane: running.lane, at: now };
  }

  #writeWait(task: TracedTask, wait: TracedWait, to: number): void {
    task.endWait(wait);
    if (wait.from === undefined || wait.from >= to) return; // it never gave up the loop
    const lane = wait.place === 0 ? task.lane : this.#lanes.below(task.lane, wait.place);
    this.events.slice("wait", wait.on, lane, wait.from, to);
  }

  #count(what: string): void {
    if (this.unawaited.size < 1000) this.unawaited.set(what, (this.unawaited.get(what) ?? 0) + 1);
  }
}

function doNothing(): void {}
