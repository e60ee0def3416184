import { setImmediate as turn } from "node:timers/promises";
import { operations } from "../operations.js";
import { say } from "./say.js";

/**
 * Started with --expose-gc and --no-opt. Prints how many bytes each ended wait keeps in memory while its signal lives
 * on. It is the median of some rounds, because V8 also takes and frees memory for its own reasons.
 */
const { signal } = new AbortController();
const [rounds, waits] = [10, 100];
const heap: number[] = [];
for (let round = 0; round < rounds; round++) {
  for (const { works } of Object.values(operations)) {
    await Promise.all(Array.from({ length: waits }, () => works({ signal })));
  }
  for (let pass = 0; pass < 3; pass++) {
    await turn(); // finalizers run between passes
    globalThis.gc?.();
  }
  heap.push(process.memoryUsage().heapUsed);
}
const growth = heap.slice(1).map((used, i) => used - (heap[i] ?? 0));
const median = growth.toSorted((a, b) => a - b)[growth.length >> 1] ?? 0;
say(String(median / waits));
