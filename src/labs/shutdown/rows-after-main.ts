import { cleanUpMs, moreMs, waitMs } from "./programs/times.js";
import { fate, hasRun, type Row, told, tookAtLeast, wasCancelled, wasLost } from "./row.js";

/** Main is done, and the program should end. */
const afterMain = { args: [], signals: [], starts: ["run", "alone", "exit"] } as const;

export const allDone: Row = {
  ...afterMain,
  name: "all-done",
  title: "All tasks are done when main is",
  url: new URL("./programs/all-done.js", import.meta.url),
  parts: ["task", "main"],
  claim: "A program whose tasks are all done ends by itself, with run() and without",
  measured: ({ run, alone }) => `with run() ${told(run)}; without ${told(alone)}`,
  holds: ({ run, alone, exit }) => [run, alone, exit].every((end) => end.exitCode === 0 && hasRun(end, "task", "main")),
};

export const waits: Row = {
  ...afterMain,
  name: "waits",
  title: `A task still waits, for ${waitMs} ms`,
  url: new URL("./programs/waits.js", import.meta.url),
  parts: ["main", "wait", "clean-up"],
  claim: "run() cancels a task that still waits. Without it the program lives as long as the wait",
  measured: ({ run, alone }) =>
    `with run() ${told(run)}, the wait ${fate(run, "wait")}; without ${told(alone)}, it ${fate(alone, "wait")}`,
  holds: ({ run, alone }) =>
    run.exitCode === 0 &&
    wasCancelled(run, "wait") &&
    hasRun(run, "main", "clean-up") &&
    hasRun(alone, "wait", "clean-up"),
};

export const cleansUp: Row = {
  ...afterMain,
  name: "cleans-up",
  title: `A task needs ${cleanUpMs} ms to clean up`,
  url: new URL("./programs/cleans-up.js", import.meta.url),
  parts: ["main", "wait", "clean-up"],
  claim: "run() cancels a task and waits for its clean-up. An exit() behind main loses it, and ends with 0 as well",
  measured: ({ run, exit }) =>
    `with run() ${told(run)}, the clean-up ${fate(run, "clean-up")}; with exit() ${told(exit)}, it ${fate(exit, "clean-up")}`,
  holds: ({ run, exit }) =>
    run.exitCode === 0 &&
    wasCancelled(run, "wait") &&
    hasRun(run, "main", "clean-up") &&
    tookAtLeast(run, cleanUpMs) &&
    exit.exitCode === 0 &&
    wasLost(exit, "clean-up"),
};

export const swallows: Row = {
  ...afterMain,
  name: "swallows",
  title: `A task swallows its cancellation, and works on for ${moreMs} ms`,
  url: new URL("./programs/swallows.js", import.meta.url),
  parts: ["main", "wait", "more work"],
  claim: "A task that swallows its cancellation holds up the end of run() until it is done",
  measured: ({ run }) => `${told(run)}; the wait ${fate(run, "wait")}, the work behind it ${fate(run, "more work")}`,
  holds: ({ run }) =>
    run.exitCode === 0 && wasCancelled(run, "wait") && hasRun(run, "main", "more work") && tookAtLeast(run, moreMs),
};

export const spawns: Row = {
  ...afterMain,
  name: "spawns",
  title: `A task starts another one, of ${moreMs} ms, while it ends`,
  url: new URL("./programs/spawns.js", import.meta.url),
  parts: ["main", "wait", "another task"],
  claim: "run() refuses to start a task while it ends. Without it the task starts, and holds up the end",
  measured: ({ run, alone }) =>
    `with run() ${told(run)}, the other task ${fate(run, "another task")}; without ${told(alone)}, it ${fate(alone, "another task")}`,
  holds: ({ run, alone }) =>
    run.exitCode === 0 && hasRun(run, "main") && wasCancelled(run, "another task") && hasRun(alone, "another task"),
};
