import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { isThenable } from "../../../src/concurrency/iterables.js";
import { RampUp } from "../../../src/labs/fetch/ramp-up.js";

/** How many items come before one takes a turn of the event loop, and the promise of that one. */
function giveAtOnce(items: RampUp<number>): [count: number, next: Promise<IteratorResult<number>> | undefined] {
  for (let count = 0; ; count++) {
    const step = items.next();
    if (isThenable(step)) return [count, step as Promise<IteratorResult<number>>];
    if (step.done) return [count, undefined];
  }
}

async function manyMicrotasks(): Promise<string> {
  for (let i = 0; i < 100; i++) await undefined;
  return "no turn yet";
}

test("RampUp gives at most 32 of the first items a turn, then the rest", async () => {
  const items = new RampUp(
    Array.from({ length: 200 }, (_, i) => i),
    100,
  );
  let [given, next] = giveAtOnce(items);
  assert.ok(given < 32, `${given} at once`);
  while (next) {
    assert.equal(await Promise.race([next, manyMicrotasks()]), "no turn yet");
    assert.deepEqual(await next, { done: false, value: given });
    const [more, after] = giveAtOnce(items);
    assert.ok(given + 1 + more >= 100 || more < 32, `${more} at once`);
    given += 1 + more;
    next = after;
  }
  assert.equal(given, 200);
});

test("RampUp closes its input, if that can be closed", async () => {
  let closed = false;
  async function* input() {
    try {
      yield 1;
      yield 2;
    } finally {
      closed = true;
    }
  }
  for await (const item of new RampUp(input(), 10)) if (item === 1) break;
  assert.equal(closed, true);
  for await (const _ of new RampUp([1, 2], 10)) break;
});
