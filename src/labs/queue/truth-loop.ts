import { Queue } from "../../concurrency/index.js";
import type { Item } from "../items.js";
import type { Finding } from "../lab.js";

/** The loop of the notes, `while data := await queue.get()`. It takes a falsy item for the end. */
export async function* whileTrue(queue: Queue<Item>): AsyncGenerator<Item> {
  for (let item = await queue.get(); item; item = await queue.get()) yield item;
}

const sample: readonly Item[] = [3, 2, 1, 0, 5];

/** Count the items that `loop` handles, of five of which the fourth is 0. */
export async function truthLoopFinding(loop: (queue: Queue<Item>) => AsyncIterable<Item>): Promise<Finding> {
  const queue = new Queue<Item>();
  for (const item of sample) queue.putNowait(item);
  queue.shutdown();
  let handled = 0;
  for await (const _ of loop(queue)) handled++;
  return {
    claim: "A loop that tests its items for truth ends at the first 0",
    measured: `it handled ${handled} of the items ${sample.join(", ")}`,
    holds: handled === sample.indexOf(0),
  };
}
