/**
 * Random programs of every helper that waits, nested at random and aborted at a random microtask. Seeded, so that a failure
 * comes again; STEPS=100000 runs more of them.
 */
import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import fc from "fast-check";
import {
  gather,
  isCancelled,
  mapConcurrent,
  moveOnAfter,
  Queue,
  race,
  Semaphore,
  sleep,
  type Task,
  TimeoutError,
  taskGroup,
  timeout,
} from "../../src/concurrency/index.js";
import { turn } from "../support/latch.js";

type Program =
  | { readonly kind: "microtask" | "turn" | "put" | "get" | "fail" }
  | { readonly kind: "use" | "timeout" | "moveOn"; readonly body: Program }
  | { readonly kind: "sequence" | "gather" | "settle" | "group" | "race" | "map"; readonly bodies: readonly Program[] };

const { program } = fc.letrec<{ program: Program }>((tie) => ({
  program: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("microtask", "turn", "put", "get") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("fail") }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("use", "timeout", "moveOn"), body: tie("program") }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constantFrom("sequence", "gather", "settle", "group", "race", "map"),
        bodies: fc.array(tie("program"), { minLength: 1, maxLength: 4 }),
      }),
    },
  ) as fc.Arbitrary<Program>,
}));

const wantedSteps = Number(process.env.STEPS ?? 20_000);
const failure = new Error("a failure of the program itself");
const reason = new Error("aborted from outside");

/** One run of a program: what it shares, and what it has done. */
class Run {
  readonly queue = new Queue<number>({ maxSize: 2 });
  readonly slots = new Semaphore(2);
  readonly put: number[] = [];
  readonly got: number[] = [];
  steps = 0;
  active = 0;
  #next = 0;

  task(node: Program): (signal: AbortSignal) => Promise<void> {
    return async (signal) => {
      this.steps++;
      this.active++;
      try {
        await this.#perform(node, signal);
      } finally {
        this.active--;
      }
    };
  }

  async #perform(node: Program, signal: AbortSignal): Promise<void> {
    if (!("bodies" in node || "body" in node)) return this.#performLeaf(node.kind, signal);
    if ("bodies" in node) {
      const tasks = node.bodies.map((body) => this.task(body));
      return this.#performAll(node.kind, tasks, signal);
    }
    if (node.kind === "use") return this.slots.use(() => this.task(node.body)(signal), { signal });
    if (node.kind === "timeout") return timeout(1, this.task(node.body), { signal });
    return moveOnAfter(1, this.task(node.body), { signal });
  }

  async #performLeaf(kind: string, signal: AbortSignal): Promise<void> {
    if (kind === "turn") await sleep(0, { signal });
    else if (kind === "fail") throw failure;
    else if (kind === "put") await this.#put(signal);
    else if (kind === "get") this.got.push(await this.queue.get({ signal }));
  }

  async #performAll(kind: string, tasks: readonly Task<void>[], signal: AbortSignal): Promise<void> {
    if (kind === "sequence") for (const task of tasks) await task(signal);
    else if (kind === "gather") await gather(tasks, { signal });
    else if (kind === "settle") await gather(tasks, { settle: true, signal });
    else if (kind === "race") await race(tasks, { signal });
    else if (kind === "map") await mapConcurrent(tasks, (task, _, own) => task(own), { concurrency: 2, signal });
    else await taskGroup((group) => void tasks.map((task) => group.spawn(task)), { signal });
  }

  async #put(signal: AbortSignal): Promise<void> {
    const item = this.#next++;
    await this.queue.put(item, { signal });
    this.put.push(item);
  }
}

test("every random program ends, loses no item and no permit, and leaves nothing behind", {
  timeout: 300_000,
}, async () => {
  let steps = 0;
  for (let seed = 1; steps < wantedSteps; seed++) {
    await fc.assert(
      fc.asyncProperty(program, fc.nat(40), fc.boolean(), async (root, microtasks, aborts) => {
        steps += await runAndCheck(root, microtasks, aborts);
      }),
      { seed, numRuns: 100 },
    );
  }
});

async function runAndCheck(root: Program, microtasks: number, aborts: boolean): Promise<number> {
  const [run, controller] = [new Run(), new AbortController()];
  const running = run.task(root)(controller.signal);
  running.catch(() => {}); // looked at below
  if (aborts) {
    for (let i = 0; i < microtasks; i++) await undefined;
    controller.abort(reason);
  } else {
    for (let i = 0; i < 20; i++) await turn(); // a get() that nobody answers waits for ever: then it is aborted
    controller.abort(reason);
  }
  const error = await running.then(
    () => undefined,
    (thrown) => thrown,
  );
  assert.equal(run.active, 0, "every task has ended before the program");
  assert.ok(error === undefined || isExplained(error, controller.signal), String(error));
  assert.equal(getEventListeners(controller.signal, "abort").length, 0, "no listener is left");
  assert.equal(run.slots.available, 2, "every permit is back");
  assert.equal(run.slots.waiting, 0);
  const left: number[] = [];
  while (run.queue.size > 0) left.push(run.queue.getNowait());
  assert.deepEqual([...run.got, ...left].sort(byNumber), run.put.sort(byNumber), "each item is there once");
  run.queue.putNowait(-1);
  assert.equal(run.queue.size, 1, "no getter waits any more");
  return run.steps;
}

/** A failure of the program, a deadline, or the abort: alone or in an AggregateError. */
function isExplained(error: unknown, signal: AbortSignal): boolean {
  if (error instanceof AggregateError) return error.errors.every((each) => isExplained(each, signal));
  return error === failure || error instanceof TimeoutError || isCancelled(error, signal);
}

function byNumber(a: number, b: number): number {
  return a - b;
}
