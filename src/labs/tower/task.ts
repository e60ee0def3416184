import { isCancelled, sleep, type Task, taskGroup } from "../../concurrency/index.js";
import type { Outcome } from "../lab.js";

/** Tier 4: a task runs beside its owner, and the owner can cancel it. */
export function task(
  signal: AbortSignal,
  body: Task<unknown> = (own) => sleep(3_600_000, { signal: own }),
): Promise<Outcome> {
  return taskGroup(
    async (group) => {
      let end = "returned";
      const running = group.spawn(async (own) => {
        try {
          await body(own);
        } catch (error) {
          end = isCancelled(error, own) ? "was cancelled at its await" : `${error}`;
          throw error;
        }
      });
      await sleep(0, { signal: group.signal });
      running.cancel();
      await Promise.allSettled([running]);
      const left = group.tasks.length;
      return { measured: `it ${end}; tasks left: ${left}`, holds: end.startsWith("was cancelled") && left === 0 };
    },
    { signal },
  );
}
