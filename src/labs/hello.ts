import { sleep } from "../concurrency/sleep.js";
import { taskGroup } from "../concurrency/task-group.js";
import type { Finding, LabContext } from "./lab.js";

export interface HelloOptions {
  /** Time between hello and goodbye, in milliseconds. */
  delayMs: number;
  /** How many hellos are started at once. */
  count: number;
}

export interface HelloEvent {
  at: Date;
  /** Which of the hellos speaks, from 1. */
  task: number;
  text: "Hello!" | "Goodbye!";
}

export interface HelloReport extends HelloOptions {
  seconds: number;
  /** What asyncio.run() does for a program, step by step, and when it happened here (milliseconds from the start). */
  lifeCycle: { step: string; detail: string; ms: number }[];
  findings: Finding[];
}

/** The quickstart of the notes: say hello, wait without blocking, say goodbye; `count` of them overlap. */
export async function hello(
  { delayMs, count }: HelloOptions,
  { signal, emit }: LabContext<HelloEvent>,
): Promise<HelloReport> {
  const start = performance.now();
  const lifeCycle: HelloReport["lifeCycle"] = [];
  const reached = (step: string, detail: string) => {
    const ms = performance.now() - start;
    lifeCycle.push({ step, detail, ms });
    return ms;
  };

  async function sayHello(task: number, own: AbortSignal): Promise<void> {
    emit?.({ at: new Date(), task, text: "Hello!" });
    await sleep(delayMs, { signal: own }); // here, and only here, control changes hands
    emit?.({ at: new Date(), task, text: "Goodbye!" });
  }

  let heartbeatStopped = false;
  async function heartbeat(own: AbortSignal): Promise<void> {
    try {
      for (;;) await sleep(100, { signal: own });
    } finally {
      heartbeatStopped = true;
    }
  }

  reached("start", "the event loop is running");
  let elapsed = 0;
  let cancelled = 0;
  await taskGroup(
    async (group) => {
      group.spawn(heartbeat, { name: "heartbeat" }); // never ends by itself: what is pending when main is done
      const hellos = Array.from({ length: count }, (_, i) => group.spawn((own) => sayHello(i + 1, own)));
      reached("tasks", `${count} × hello and a heartbeat in the background`);
      await Promise.all(hellos);
      elapsed = reached("main done", `every hello has said goodbye`);
      group.cancel(new Error("main is done"));
      cancelled = reached("cancel", "the heartbeat is still pending: it is asked to stop");
    },
    { signal },
  );
  const gathered = reached("gather", "every task has ended");
  reached("close", "nothing is left to run");

  const findings = [
    overlapFinding(elapsed, delayMs, count),
    {
      claim: "What is still pending at the end is cancelled and awaited",
      measured: `the heartbeat ended ${(gathered - cancelled).toFixed(1)} ms after the cancel`,
      holds: heartbeatStopped,
    },
  ].filter((finding) => finding !== undefined);
  return { delayMs, count, seconds: elapsed / 1000, lifeCycle, findings };
}

/** Overlapping waits take about as long as one; the margin is what starting and waking the tasks may cost. */
function overlapFinding(elapsed: number, delayMs: number, count: number): Finding | undefined {
  if (count === 1 || delayMs === 0) return undefined;
  const together = count * delayMs;
  return {
    claim: `${count} waits of ${delayMs} ms overlap: together they take about as long as one`,
    measured: `${elapsed.toFixed(0)} ms, where one after another takes ${together} ms`,
    holds: elapsed <= 1.25 * delayMs + 50 && elapsed < together,
  };
}
