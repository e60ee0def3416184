import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Queue, QueueEmpty, QueueFull, QueueShutDown } from "../../src/concurrency/index.js";
import { turn } from "../support/latch.js";

type Action = "put" | "putNowait" | "get" | "getNowait" | "taskDone" | "join" | "shutdown" | "shutdownNow";
type Step = Action | "turn" | { abort: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom<Action[]>("put", "putNowait", "get", "getNowait", "taskDone") },
  { weight: 3, arbitrary: fc.constantFrom("join" as const, "turn" as const) },
  { weight: 1, arbitrary: fc.constantFrom("shutdown" as const, "shutdownNow" as const) },
  { weight: 3, arbitrary: fc.nat(40).map((call) => ({ abort: call })) },
);
const sizes = fc.constantFrom(0, 1, 2, 5);

test("Queue behaves like a plain model in any order of calls", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, fc.array(step, { maxLength: 60 }), async (maxSize, steps) => {
      const queue = new Queue<number>({ maxSize });
      const model = new Model(maxSize || Number.POSITIVE_INFINITY);
      const heard: Outcomes = new Map(); // the outcome of each call, by the number of its step
      const aborts = new Map<number, AbortController>();
      const ending: Step[] = ["shutdownNow", ...steps.map(() => "taskDone" as const)];

      for (const [call, action] of [...steps, ...ending].entries()) {
        if (action === "turn") await turn();
        else if (typeof action === "object") {
          aborts.get(action.abort)?.abort("aborted");
          model.abort(action.abort);
        } else {
          const controller = new AbortController();
          aborts.set(call, controller);
          listen(heard, call, () => act(queue, action, call, controller));
          model[action](call);
        }
        assert.deepEqual(countsOf(queue), countsOf(model), `after step ${call}`);
      }

      await turn();
      assert.deepEqual(heard, model.outcomes);
      assert.equal(heard.size, aborts.size, "every call has an outcome");
    }),
    { numRuns: 500 },
  );
});

test("Queue loses and repeats no item when loops break and come back", async () => {
  const breaks = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(sizes, fc.nat(30), breaks, async (maxSize, count, itemsPerVisit) => {
      const queue = new Queue<number>({ maxSize });
      const seen: number[] = [];
      const consuming = itemsPerVisit.map(async (itemsBeforeBreak) => {
        const mine: number[] = [];
        while (!queue.closed || queue.size > 0) {
          let left = itemsBeforeBreak;
          for await (const item of queue) {
            mine.push(item);
            queue.taskDone();
            if (--left === 0) break;
          }
        }
        assert.deepEqual(mine, mine.toSorted(byNumber));
        seen.push(...mine);
      });
      for (let item = 0; item < count; item++) await queue.put(item);
      await queue.join();
      queue.shutdown();
      await Promise.all(consuming);
      const all = Array.from({ length: count }, (_, item) => item);
      assert.deepEqual(seen.sort(byNumber), all);
    }),
    { numRuns: 200 },
  );
});

type Outcomes = Map<number, unknown>;

function act(queue: Queue<number>, action: Action, item: number, { signal }: AbortController): unknown {
  switch (action) {
    case "put":
      return queue.put(item, { signal });
    case "get":
      return queue.get({ signal });
    case "join":
      return queue.join({ signal });
    case "putNowait":
      return queue.putNowait(item);
    case "getNowait":
      return queue.getNowait();
    case "taskDone":
      return queue.taskDone();
    default:
      return queue.shutdown({ immediate: action === "shutdownNow" });
  }
}

/**
 * Note the outcome of `fn`: the value or error that it returns, throws, resolves or rejects with. Errors are noted by
 * name.
 */
function listen(outcomes: Outcomes, call: number, fn: () => unknown): void {
  const note = (value: unknown) => outcomes.set(call, value);
  const noteError = (error: unknown) => note(error instanceof Error ? error.name : error);
  try {
    const result = fn();
    if (result instanceof Promise) result.then(note, noteError);
    else note(result);
  } catch (error) {
    noteError(error);
  }
}

function countsOf({ size, full, unfinished, closed }: Queue<number> | Model) {
  return { size, full, unfinished, closed };
}

const byNumber = (a: number, b: number) => a - b;

/** A model of the queue with plain arrays and without promises. `outcomes` holds the outcome of each call. */
class Model {
  readonly outcomes: Outcomes = new Map();
  unfinished = 0;
  closed = false;
  #items: number[] = [];
  #getters: number[] = [];
  #putters: number[] = []; // the item of a call is its number
  #joiners: number[] = [];
  readonly #maxSize: number;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  get size(): number {
    return this.#items.length;
  }

  get full(): boolean {
    return this.size >= this.#maxSize;
  }

  put(call: number): void {
    if (this.full && !this.closed) this.#putters.push(call);
    else this.putNowait(call);
  }

  putNowait(call: number): void {
    if (this.closed) this.outcomes.set(call, QueueShutDown.name);
    else if (this.full) this.outcomes.set(call, QueueFull.name);
    else {
      this.#items.push(call);
      this.unfinished++;
      this.outcomes.set(call, undefined);
    }
    this.#handOut();
  }

  get(call: number): void {
    if (this.size === 0 && !this.closed) this.#getters.push(call);
    else this.getNowait(call);
  }

  getNowait(call: number): void {
    if (this.size > 0) this.outcomes.set(call, this.#items.shift());
    else this.outcomes.set(call, this.closed ? QueueShutDown.name : QueueEmpty.name);
    this.#handOut();
  }

  taskDone(call: number): void {
    this.outcomes.set(call, this.unfinished === 0 ? RangeError.name : undefined);
    this.#done(1);
  }

  join(call: number): void {
    this.#joiners.push(call);
    this.#done(0);
  }

  shutdown(call: number): void {
    this.closed = true;
    for (const waiting of [...this.#putters.splice(0), ...this.#getters.splice(0)]) {
      this.outcomes.set(waiting, QueueShutDown.name);
    }
    this.outcomes.set(call, undefined);
  }

  shutdownNow(call: number): void {
    this.shutdown(call);
    this.#done(this.#items.splice(0).length);
  }

  abort(call: number): void {
    for (const line of [this.#getters, this.#putters, this.#joiners]) {
      if (!line.includes(call)) continue;
      line.splice(line.indexOf(call), 1);
      this.outcomes.set(call, "aborted");
    }
  }

  #handOut(): void {
    while (this.#getters.length > 0 && this.size > 0) this.getNowait(this.#getters.shift() as number);
    while (this.#putters.length > 0 && !this.full) this.putNowait(this.#putters.shift() as number);
  }

  #done(count: number): void {
    this.unfinished = Math.max(0, this.unfinished - count);
    if (this.unfinished > 0) return;
    for (const joiner of this.#joiners.splice(0)) this.outcomes.set(joiner, undefined);
  }
}
