import { isCancelled, sleep, type Task, taskGroup } from "../../concurrency/index.js";
import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";

const anHour = 3_600_000;
const mostSteps = 1000;

/** Start `body` as a task, cancel it while it waits, and tell how it ended. */
async function cancelled<T>(body: Task<T>, signal: AbortSignal): Promise<{ value: T } | { error: unknown }> {
  return taskGroup(
    async (group) => {
      const task = group.spawn(body);
      await sleep(0, { signal: group.signal });
      task.cancel(new Error("cancelled"));
      return task.then(
        (value) => ({ value }),
        (error) => ({ error }),
      );
    },
    { signal },
  );
}

type Wait = (own: AbortSignal) => Promise<unknown>;
const waitAnHour: Wait = (own) => sleep(anHour, { signal: own });

/** asyncio throws CancelledError into the coroutine, where it waits. Here the await rejects with the signal's reason. */
export async function cancelAtAwait(signal: AbortSignal, wait: Wait = waitAnHour): Promise<Outcome> {
  const log: string[] = [];
  await cancelled(async (own) => {
    try {
      log.push("before");
      await wait(own);
      log.push("after");
    } catch (error) {
      log.push(isCancelled(error, own) ? "cancelled at the await" : `${error}`);
    }
  }, signal);
  return { measured: log.join(", "), holds: log.join() === "before,cancelled at the await" };
}

/** A task that catches nothing ends with the cancellation. */
export async function cancelEnds(signal: AbortSignal, wait: Wait = waitAnHour): Promise<Outcome> {
  const end = await cancelled(wait, signal);
  const seen = "error" in end ? `rejected: ${(end.error as Error).message}` : "ended with a value";
  return { measured: seen, holds: seen === "rejected: cancelled" };
}

/** A clean-up may wait too. The task ends after it, and so does its owner. */
export async function cancelCleanUp(signal: AbortSignal, cancel: typeof cancelled = cancelled): Promise<Outcome> {
  const log: string[] = [];
  await cancel(async (own) => {
    try {
      await waitAnHour(own);
    } finally {
      log.push("clean-up begins");
      await sleep(0);
      log.push("clean-up ends");
    }
  }, signal);
  log.push("the task ends");
  return { measured: log.join(", "), holds: log.join() === "clean-up begins,clean-up ends,the task ends" };
}

/** It is asked to stop; it need not. asyncio has the same hole. */
export async function cancelSwallowed(signal: AbortSignal, wait: Wait = swallow): Promise<Outcome> {
  const end = await cancelled(wait, signal);
  const seen = "value" in end ? `it ended with ${end.value}` : "it ended with the cancellation";
  return { measured: seen, holds: seen === "it ended with a value all the same" };
}

async function swallow(own: AbortSignal): Promise<string> {
  await waitAnHour(own).catch(() => "swallowed");
  return "a value all the same";
}

type Work = (step: () => void, own: AbortSignal) => void;

/** A running step is not interrupted: the abort is seen at the next await. */
export function cancelBetween(signal: AbortSignal, work: Work = allSteps): Promise<Outcome> {
  return taskGroup(
    async (group) => {
      let [steps, abortedIn, behind] = [0, 0, 0];
      const task = group.spawn(async (own) => {
        await null; // from here on it can be cancelled
        work(() => {
          if (++steps !== mostSteps / 2) return;
          abortedIn = steps;
          task.cancel();
        }, own);
        await sleep(anHour, { signal: own });
        behind++;
      });
      await Promise.allSettled([task]);
      return {
        measured: `aborted in step ${abortedIn} of ${mostSteps}; ${steps} steps ran, and ${behind} behind the next await`,
        holds: steps === mostSteps && abortedIn > 0 && behind === 0,
      };
    },
    { signal },
  );
}

function allSteps(step: () => void): void {
  for (let count = 0; count < mostSteps; count++) step();
}

/** A promise has no cancel(). Whoever waits must have been given the signal. */
export async function cancelWithoutSignal(
  signal: AbortSignal,
  wait: Wait = () => sleep(1, { signal }), // not the task's own signal
): Promise<Outcome> {
  let wentOn = false;
  await cancelled(async (own) => {
    await wait(own);
    wentOn = true;
  }, signal);
  return { measured: wentOn ? "the wait went on to its end" : "the wait was cut short", holds: wentOn };
}

export const cancellation: Group = {
  title: "Cancellation",
  checks: [
    { name: "cancel-at-await", claim: "A cancellation arrives at the await", run: (own) => cancelAtAwait(own) },
    { name: "cancel-ends", claim: "A task that does not catch it ends with it", run: (own) => cancelEnds(own) },
    { name: "cancel-clean-up", claim: "A clean-up that waits is waited for", run: (own) => cancelCleanUp(own) },
    { name: "cancel-swallowed", claim: "A task can swallow its cancellation", run: (own) => cancelSwallowed(own) },
    { name: "cancel-between", claim: "No step between two awaits is cut short", run: (own) => cancelBetween(own) },
    {
      name: "cancel-without-signal",
      claim: "A wait without the signal is not cancelled: a promise has no cancel()",
      run: (own) => cancelWithoutSignal(own),
    },
  ],
};
