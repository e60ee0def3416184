import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { searchContent } from "./cloning.js";
import type { PoolOptions } from "./executor.js";
import { Pool } from "./pool.js";
import type { Report, TaskMessage, WorkerEnd, WorkerEvents, WorkerLink } from "./worker-protocol.js";

/**
 * An Executor whose workers are processes: nothing is shared, so whatever one of them does, it ends alone. Arguments
 * and results are copied, typed arrays and Maps included. `module` is the built JavaScript that exports the functions.
 */
export class ProcessPool<M extends object> extends Pool<M> {
  /** Throws TypeError unless `module` is a URL, RangeError for a bad option. Starts nothing yet. */
  constructor(module: URL, opts: PoolOptions = {}) {
    super(module, opts, startProcess);
  }
}

const entry = fileURLToPath(new URL("./worker-entry.js", import.meta.url));

function startProcess(module: string, { maxHeapMiB }: PoolOptions, events: WorkerEvents): WorkerLink {
  const child = fork(entry, [module], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [...inheritedFlags(), ...(maxHeapMiB ? [`--max-old-space-size=${maxHeapMiB}`] : [])],
  });
  endWithUs(child);
  let announced = false;
  child.on("message", (report: Report) => {
    if (report[0] === "crashed") announced = true;
    events.report(report);
  });
  let undelivered = false;
  onceGone(child, (end) => {
    const oom = end.signal === "SIGABRT" && !announced; // what V8 does when the heap is full
    events.exit({ ...end, undelivered, ...(oom && { reason: "oom" }) });
  });

  return {
    post(tasks) {
      searchContent(tasks.map(([, , args]) => args));
      const copied = tasks.map(([id, name, args]): TaskMessage => [id, name, args]);
      child.send(copied, (error) => {
        undelivered = error !== null; // not all of it was written, so none of it was read; the exit will follow
      });
    },
    hold(pending) {
      const act = pending ? "ref" : "unref";
      child[act]();
      child.channel?.[act]();
    },
    stop: () => child.disconnect(),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Call `done` when the child has died, or could not be started, and all that it sent has been read. */
function onceGone(child: ChildProcess, done: (end: WorkerEnd) => void): void {
  let failure: Error | undefined;
  child.on("error", (error) => {
    failure = error;
    if (child.pid === undefined) done({ pid: 0, exitCode: null, signal: null, cause: error });
  });
  child.on("exit", (exitCode, signal) => {
    const end = { pid: child.pid ?? 0, exitCode, signal, cause: failure };
    if (child.connected) child.on("disconnect", () => done(end));
    else done(end);
  });
}

/** The flags of this process, less those that only make sense for it: a script on the command line, the test runner. */
function inheritedFlags(): string[] {
  const own = /^(-e|-p|-pe|(--eval|--print)(=.*)?|--input-type.*|--test.*|--watch.*)$/s;
  return process.execArgv.filter(
    (flag, index, all) => !own.test(flag) && !/^(-e|--eval|-p|-pe|--print)$/.test(all[index - 1] ?? ""),
  );
}

const alive = new Set<ChildProcess>();

/** A child that is busy does not notice that its parent is gone: kill it when this process exits. */
function endWithUs(child: ChildProcess): void {
  if (alive.size === 0) process.on("exit", killAll);
  alive.add(child);
  child.on("exit", () => {
    alive.delete(child);
    if (alive.size === 0) process.off("exit", killAll);
  });
}

function killAll(): void {
  for (const child of alive) child.kill("SIGKILL");
}
