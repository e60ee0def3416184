import { stat } from "node:fs";
import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";

type Later = Record<"nextTick" | "microtask" | "timer" | "immediate", (callback: () => void) => void>;

/** The ways to run a callback later. */
export const later: Later = {
  nextTick: (callback) => process.nextTick(callback),
  microtask: (callback) => queueMicrotask(callback),
  timer: (callback) => void setTimeout(callback, 0),
  immediate: (callback) => void setImmediate(callback),
};

/** Ask for all four in the opposite order, then end the step. The timer is due by then. */
function askForAll(log: string[], ways: Later): Promise<void> {
  return new Promise((resolve) => {
    for (const name of ["immediate", "timer", "microtask", "nextTick"] as const) {
      ways[name](() => {
        if (log.push(name) === 5) resolve();
      });
    }
    const due = performance.now() + 3; // setTimeout(…, 0) waits 1 ms, and counts from the begin of the turn
    while (performance.now() < due);
    log.push("sync");
  });
}

function outcome(log: readonly string[], expected: string): Outcome {
  return { measured: log.join(", "), holds: log.join(", ") === expected };
}

/** In a callback of the event loop, here an immediate. */
export async function orderInCallback(ways: Later = later): Promise<Outcome> {
  const log: string[] = [];
  await new Promise((resolve) => setImmediate(() => resolve(askForAll(log, ways))));
  return outcome(log, "sync, nextTick, microtask, timer, immediate");
}

/** After an await, the step is a microtask itself: the other microtasks come before nextTick. */
export async function orderAfterAwait(ways: Later = later): Promise<Outcome> {
  const log: string[] = [];
  await new Promise(setImmediate);
  await askForAll(log, ways);
  return outcome(log, "sync, microtask, nextTick, timer, immediate");
}

/** After input, the immediates are next: the loop comes to its timers later, though one is due. */
export async function orderAfterInput(ways: Later = later): Promise<Outcome> {
  const log: string[] = [];
  await new Promise((resolve) => stat(".", () => resolve(askForAll(log, ways))));
  return outcome(log, "sync, nextTick, microtask, immediate, timer");
}

export const order: Group = {
  title: "Order",
  checks: [
    {
      name: "order",
      claim: "In a callback: sync, nextTick, microtask, timer, immediate",
      run: () => orderInCallback(),
    },
    {
      name: "order-after-await",
      claim: "After an await a microtask comes before nextTick",
      run: () => orderAfterAwait(),
    },
    {
      name: "order-after-input",
      claim: "In a callback of the file system an immediate comes before a timer",
      run: () => orderAfterInput(),
    },
  ],
};
