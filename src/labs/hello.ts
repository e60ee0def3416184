import { sleep, taskGroup } from "../concurrency/index.js";
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

  reached("start", "the event loop is running");
  const times = await taskGroup(
    async (group) => {
      const beating = group.spawn(heartbeat); // never ends by itself: it is what is pending when main is done
      const hellos = Array.from({ length: count }, (_, i) => group.spawn((own) => sayHello(i + 1, own)));
      reached("tasks", `${count} × hello, and a heartbeat in the background`);
      await Promise.all(hellos);
      const done = reached("main done", "every hello has said goodbye");
      group.cancel(new Error("main is done"));
      const cancelled = reached("cancel", "what is still pending, the heartbeat, is asked to stop");
      const [end] = await Promise.allSettled([beating]);
      const gathered = reached("gather", "it has stopped");
      return { done, stopMs: gathered - cancelled, stopped: end.status === "rejected" };
    },
    { signal },
  );
  reached("close", "the group is closed: nothing of it is left");

  const findings = [...overlapFinding(times.done, delayMs, count), cancelFinding(times.stopMs, times.stopped)];
  return { delayMs, count, seconds: times.done / 1000, lifeCycle, findings };
}

async function heartbeat(signal: AbortSignal): Promise<never> {
  for (;;) await sleep(100, { signal });
}

function cancelFinding(stopMs: number, stopped: boolean): Finding {
  return {
    claim: "What is still pending at the end is cancelled and awaited",
    measured: `the heartbeat ended ${stopMs.toFixed(1)} ms after the cancel`,
    holds: stopped,
  };
}

/** Overlapping waits take about as long as one; the margin is what starting and waking the tasks may cost. */
function overlapFinding(elapsed: number, delayMs: number, count: number): Finding[] {
  if (count === 1 || delayMs === 0) return [];
  const together = count * delayMs;
  const finding = {
    claim: `${count} waits of ${delayMs} ms overlap: together they take about as long as one`,
    measured: `${elapsed.toFixed(0)} ms, where one after another takes ${together} ms`,
    holds: elapsed <= 1.25 * delayMs + 50 && elapsed < together,
  };
  return [finding];
}
