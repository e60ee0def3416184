/** The functions that the pool of tier 5 calls. */
import { threadId } from "node:worker_threads";

/** The sum of 1 to `last`, and the thread that computed it. */
export function sumTo(last: number): { sum: number; thread: number } {
  let sum = 0;
  for (let number = 1; number <= last; number++) sum += number;
  return { sum, thread: threadId };
}
