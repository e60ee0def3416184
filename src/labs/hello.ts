import { sleep, type Task, taskGroup } from "../concurrency/index.js";
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

/**
 * The quickstart of the notes: say hello, wait without blocking, say goodbye. `count` of them overlap. `heartbeat` is the
 * task that is still pending when main is done (default: one that beats for ever).
 */
export async function hello(
  { delayMs, count }: HelloOptions,
  { signal, emit }: LabContext<HelloEvent>,
  heartbeat: Task<void> = beatForEver,
): Promise<HelloReport> {
  const start = performance.now();
  const timersBefore = timers();
  let waitedMs = 0;
  const lifeCycle: HelloReport["lifeCycle"] = [];
  const reached = (step: string, detail: string) => {
    const ms = performance.now() - start;
    lifeCycle.push({ step, detail, ms });
    return ms;
  };
  async function sayHello(task: number, own: AbortSignal): Promise<void> {
    emit?.({ at: new Date(), task, text: "Hello!" });
    const since = performance.now();
    await sleep(delayMs, { signal: own }); // here, and only here, control changes hands
    waitedMs += performance.now() - since;
    emit?.({ at: new Date(), task, text: "Goodbye!" });
  }

  reached("start", "the event loop is running");
  const times = await taskGroup(
    async (group) => {
      const beating = group.spawn(heartbeat); // pending when main is done
      const hellos = Array.from({ length: count }, (_, i) => group.spawn((own) => sayHello(i + 1, own)));
      reached("tasks", `${count} × hello, and a heartbeat in the background`);
      await Promise.all(hellos);
      const done = reached("main done", "every hello has said goodbye");
      group.cancel(new Error("main is done"));
      const cancelled = reached("cancel", "the pending heartbeat is asked to stop");
      await Promise.allSettled([beating]);
      const gathered = reached("gather", "it has stopped");
      return { done, stopMs: gathered - cancelled };
    },
    { signal },
  );
  reached("close", "the group is closed: nothing of it is left");

  const findings = [
    ...overlapFinding({ elapsed: times.done, waitedMs, delayMs, count }),
    cancelFinding(times.stopMs, timers() - timersBefore),
  ];
  return { delayMs, count, seconds: times.done / 1000, lifeCycle, findings };
}

async function beatForEver(signal: AbortSignal): Promise<void> {
  for (;;) await sleep(100, { signal });
}

/** Timers of this process that are still to come. A task that sleeps has one. */
function timers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}

function cancelFinding(stopMs: number, timersLeft: number): Finding {
  return {
    claim: "A task that is still pending at the end is cancelled and awaited",
    measured: `the heartbeat stopped ${stopMs.toFixed(1)} ms after the cancel; timers left: ${timersLeft}`,
    holds: timersLeft === 0,
  };
}

interface Overlap {
  elapsed: number;
  /** Sum of the waits, each measured by its own task. */
  waitedMs: number;
  delayMs: number;
  count: number;
}

/** Overlapping waits take about as long as one. The margin is the cost of starting and waking the tasks. */
function overlapFinding({ elapsed, waitedMs, delayMs, count }: Overlap): Finding[] {
  if (count === 1 || delayMs === 0) return [];
  const finding = {
    claim: `${count} waits of ${delayMs} ms overlap: together they take about as long as one`,
    measured: `${elapsed.toFixed(0)} ms, and the waits add up to ${waitedMs.toFixed(0)} ms`,
    holds: elapsed <= 1.25 * delayMs + 50 && elapsed < (waitedMs * 2) / 3,
  };
  return [finding];
}
