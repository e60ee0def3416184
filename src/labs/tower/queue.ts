import { Queue, taskGroup } from "../../concurrency/index.js";
import type { Outcome } from "../lab.js";

const items = [1, 0, 2];

/** Tier 6: a task that lives long, fed through a queue. The falsy item is an item. */
export function queue(signal: AbortSignal, read: typeof readAll = readAll): Promise<Outcome> {
  return taskGroup(
    async (group) => {
      const fed = new Queue<number>({ maxSize: 1 });
      const reader = group.spawn((own) => read(fed, own));
      for (const item of items) await fed.put(item, { signal: group.signal });
      fed.shutdown();
      const got = await reader;
      return {
        measured: `put ${items.join(", ")}; the task got ${got.join(", ")}`,
        holds: got.join() === items.join(),
      };
    },
    { signal },
  );
}

async function readAll(fed: Queue<number>, signal: AbortSignal): Promise<number[]> {
  const got: number[] = [];
  for await (const item of fed.items({ signal })) got.push(item);
  return got;
}
