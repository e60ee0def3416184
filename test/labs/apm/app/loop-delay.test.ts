import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "../../../../src/concurrency/index.js";
import { LoopDelay } from "../../../../src/labs/apm/app/loop-delay.js";

const blockMs = 100;

function block(): void {
  const end = performance.now() + blockMs;
  while (performance.now() < end);
}

/** Reads that follow a block: one that was due `dueMs` into it, one later, and the time between them. */
async function readsAround(delay: LoopDelay, dueMs: number) {
  await sleep(15 + Math.random() * 10); // any place between two ticks
  delay.read();
  const due = new Promise<number>((resolve) => setTimeout(() => resolve(delay.read()), dueMs));
  block();
  const first = await due;
  const start = performance.now();
  await sleep(30);
  return { first, second: delay.read(), betweenMs: performance.now() - start };
}

for (const dueMs of [1, 3, 5, 8]) {
  test(`LoopDelay tells each of 20 blocks once, when a read is due ${dueMs} ms into it`, async () => {
    const delay = new LoopDelay();
    try {
      for (let i = 0; i < 20; i++) {
        const { first, second, betweenMs } = await readsAround(delay, dueMs);
        assert.ok(Math.max(first, second) >= blockMs - 12, `block ${i}: ${first} and ${second} ms`);
        if (first >= blockMs - 12) assert.ok(second <= betweenMs, `block ${i} is told twice: ${first}, ${second} ms`);
      }
    } finally {
      delay.close();
    }
  });
}
