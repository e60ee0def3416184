import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Release, Semaphore } from "../../src/concurrency/index.js";
import { turn } from "../support/latch.js";

/** `release` and `abort` apply to the call made that many steps before. */
type Step = "acquire" | "tryAcquire" | "turn" | { release: number } | { abort: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constant("acquire" as const) },
  fc.constantFrom("tryAcquire" as const, "turn" as const),
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 12 }).map((back) => ({ release: back })) },
  fc.integer({ min: 1, max: 12 }).map((back) => ({ abort: back })),
);

test("Semaphore behaves like a plain model in any order of calls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), async (permits, steps) => {
      const semaphore = new Semaphore(permits);
      const model = new Model(permits);
      const aborts = new Map<number, AbortController>();
      const held = new Map<number, Release>(); // by the number of the acquiring step
      const aborted = new Set<number>();

      for (const [call, action] of steps.entries()) {
        if (action === "turn") await turn();
        else if (action === "tryAcquire") {
          const permit = semaphore.tryAcquire();
          assert.equal(permit !== undefined, model.available > 0);
          if (permit) held.set(call, permit);
          if (permit) model.acquire(call);
        } else if (action === "acquire") {
          const controller = new AbortController();
          aborts.set(call, controller);
          semaphore.acquire(controller).then(
            (permit) => held.set(call, permit),
            () => aborted.add(call),
          );
          model.acquire(call);
        } else if ("abort" in action) {
          aborts.get(call - action.abort)?.abort();
          model.abort(call - action.abort);
        } else if (held.has(call - action.release)) {
          held.get(call - action.release)?.();
          held.delete(call - action.release);
          model.release(call - action.release);
        }
        assert.equal(semaphore.available, model.available, `available after step ${call}`);
        assert.equal(semaphore.waiting, model.line.length, `waiting after step ${call}`);
      }

      await turn();
      assert.deepEqual(new Set(held.keys()), new Set(model.holders));
      assert.deepEqual(aborted, model.aborted);
      while (held.size > 0) {
        for (const [call, leave] of held) {
          leave();
          held.delete(call);
        }
        await turn();
      }
      assert.deepEqual([semaphore.available, semaphore.waiting], [permits, 0], "in the end every caller had a turn");
    }),
    { numRuns: 500 },
  );
});

/** A model of the semaphore with plain arrays. A call in `line` waits, one in `holders` has a permit. */
class Model {
  line: number[] = [];
  holders: number[] = [];
  readonly aborted = new Set<number>();
  readonly #permits: number;

  constructor(permits: number) {
    this.#permits = permits;
  }

  get available(): number {
    return this.#permits - this.holders.length;
  }

  acquire(call: number): void {
    this.line.push(call);
    this.#admit();
  }

  release(call: number): void {
    this.holders = this.holders.filter((holder) => holder !== call);
    this.#admit();
  }

  abort(call: number): void {
    if (this.line.includes(call)) this.aborted.add(call);
    this.line = this.line.filter((waiter) => waiter !== call);
  }

  #admit(): void {
    while (this.line.length > 0 && this.available > 0) this.holders.push(this.line.shift() as number);
  }
}
