import { cleanUpMs, longMs, poolTasks } from "./programs/times.js";
import { fate, hasRun, type Row, told, tookAtLeast, wasCancelled, wasLost } from "./row.js";

/** A signal ends the program. */
const bySignal = { starts: ["run", "alone"] } as const;
const stops = {
  ...bySignal,
  url: new URL("./programs/stops.js", import.meta.url),
  args: [`${cleanUpMs}`],
  parts: ["main", "clean-up"],
};

const tasks = Array.from({ length: poolTasks }, (_, index) => `task ${index + 1}`);
const [running = "", ...queued] = tasks;
const poolTitle = `Ctrl-C on a pool of 1 running, ${queued.length} queued tasks`;
const ofPool = {
  ...bySignal,
  url: new URL("./programs/pool.js", import.meta.url),
  parts: ["main", ...tasks],
  signals: [{ signal: "SIGINT", when: "a task runs" }],
} as const;

export const poolWait: Row = {
  ...ofPool,
  name: "pool-wait",
  title: `${poolTitle}: shutdown()`,
  args: ["wait"],
  claim: "shutdown() of a pool waits for the running task and for the queued ones. Without run() all are lost",
  measured: ({ run, alone }) => `with run() ${told(run)}, ${counts(run)}; without ${told(alone)}, ${counts(alone)}`,
  holds: ({ run, alone }) => run.exitCode === 130 && hasRun(run, ...tasks) && wasLost(alone, ...tasks),
};

export const poolCancelFutures: Row = {
  ...ofPool,
  name: "pool-cancel-futures",
  title: `${poolTitle}: shutdown({ cancelFutures: true })`,
  args: ["cancelFutures"],
  claim: "With cancelFutures the running task is awaited, and the queued ones reject",
  measured: ({ run }) => `${told(run)}, ${counts(run)}`,
  holds: ({ run }) => run.exitCode === 130 && hasRun(run, running) && wasCancelled(run, ...queued),
};

export const poolForce: Row = {
  ...ofPool,
  name: "pool-force",
  title: `${poolTitle}: shutdown({ force: true })`,
  args: ["force"],
  claim: "With force the running task rejects as well: its worker is killed",
  measured: ({ run }) => `${told(run)}, ${counts(run)}`,
  holds: ({ run }) => run.exitCode === 130 && wasCancelled(run, ...tasks),
};

export const firstCtrlC: Row = {
  ...stops,
  name: "first-ctrl-c",
  title: `Ctrl-C, and a clean-up of ${cleanUpMs} ms`,
  signals: [{ signal: "SIGINT", when: "ready" }],
  claim: "The first Ctrl-C ends run() with 130, after its clean-up. Without run() the clean-up is lost",
  measured: ({ run, alone }) =>
    `with run() ${told(run)}, the clean-up ${fate(run, "clean-up")}; without ${told(alone)}, it ${fate(alone, "clean-up")}`,
  holds: ({ run, alone }) =>
    run.exitCode === 130 &&
    hasRun(run, "clean-up") &&
    tookAtLeast(run, cleanUpMs) &&
    alone.signal === "SIGINT" &&
    wasLost(alone, "clean-up"),
};

export const secondCtrlC: Row = {
  ...stops,
  name: "second-ctrl-c",
  title: `Ctrl-C twice, and a clean-up of ${longMs / 1000} s`,
  args: [`${longMs}`],
  signals: [
    { signal: "SIGINT", when: "ready" },
    { signal: "SIGINT", when: "cleaning up" },
  ],
  claim: `The second Ctrl-C ends run() with 130 before its clean-up of ${longMs / 1000} s is done`,
  measured: ({ run }) => `${told(run)}, the clean-up ${fate(run, "clean-up")}`,
  holds: ({ run }) => run.exitCode === 130 && wasLost(run, "clean-up"),
};

export const sigterm: Row = {
  ...stops,
  name: "sigterm",
  title: `SIGTERM, and a clean-up of ${cleanUpMs} ms`,
  signals: [{ signal: "SIGTERM", when: "ready" }],
  claim: "SIGTERM ends run() like the first Ctrl-C, with 143. Without run() the clean-up is lost",
  measured: firstCtrlC.measured,
  holds: ({ run, alone }) =>
    run.exitCode === 143 &&
    hasRun(run, "clean-up") &&
    tookAtLeast(run, cleanUpMs) &&
    alone.signal === "SIGTERM" &&
    wasLost(alone, "clean-up"),
};

function counts({ ran, cancelled, lost }: { ran: string[]; cancelled: string[]; lost: string[] }): string {
  const ofTasks = (parts: string[]) => parts.filter((name) => tasks.includes(name)).length;
  return `of ${tasks.length} tasks ${ofTasks(ran)} ran, ${ofTasks(cancelled)} cancelled, ${ofTasks(lost)} lost`;
}
