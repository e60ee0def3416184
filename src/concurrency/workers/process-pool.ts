import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { observer } from "../observing/observer.js";
import { refuse, searchContent } from "./cloning.js";
import type { PoolOptions } from "./executor.js";
import { openParcel, type Parcel, pack } from "./parcel.js";
import { Pool } from "./pool.js";
import {
  type TaskMessage,
  timed,
  type WorkerChannel,
  type WorkerEnd,
  type WorkerEvents,
  type WorkerMessage,
} from "./worker-protocol.js";

/**
 * An Executor with child processes as workers (concurrent.futures.ProcessPoolExecutor). They share nothing, so a crash
 * ends one worker alone. Arguments and results are copied, typed arrays and Maps included. `module` is the JavaScript
 * that exports the functions.
 *
 * ```js
 * const source = "export const double = (n) => 2 * n; export const exit = (code) => process.exit(code)";
 * const pool = new ProcessPool(new URL(`data:text/javascript,${source}`), { maxWorkers: 1 });
 * await pool.submit("exit", [3]).catch((error) => console.log(error.name, error.exitCode)); // WorkerCrashed 3
 * console.log(await pool.submit("double", [21])); // 42
 * await pool.shutdown();
 * ```
 */
export class ProcessPool<M extends object> extends Pool<M> {
  /** Starts no worker yet. Throws TypeError unless `module` is a URL, RangeError for an option out of range. */
  constructor(module: URL, opts: PoolOptions = {}) {
    super(module, opts, startProcess);
  }
}

/** A worker would wait for a debugger as its parent does, or want the same port. These undo NODE_OPTIONS too. */
const noInspector = ["--no-inspect", "--no-inspect-brk", "--no-inspect-wait"];

const entry = fileURLToPath(new URL("./worker-entry.js", import.meta.url));

function startProcess(module: string, { maxHeapMiB }: PoolOptions, events: WorkerEvents): WorkerChannel {
  const child = fork(entry, [module, ...(observer ? [timed] : [])], {
    serialization: "advanced",
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    execArgv: [...inheritedFlags(), ...noInspector, ...(maxHeapMiB ? [`--max-old-space-size=${maxHeapMiB}`] : [])],
  });
  killOnExit(child);
  let announced = false;
  let hasStarted = false;
  child.on("message", (parcel: Parcel<WorkerMessage>) => {
    const message = openParcel(parcel);
    hasStarted = true;
    if (message[0] === "crashed") announced = true;
    events.message(message);
  });
  let undelivered = false;
  onceGone(child, (end) => {
    const heapIsFull = end.signal === "SIGABRT" && !announced; // V8 ends so, or before it has set up Node by SIGTRAP
    const heapIsTiny = end.signal === "SIGTRAP" && !hasStarted && maxHeapMiB !== undefined;
    events.exit({ ...end, undelivered, ...((heapIsFull || heapIsTiny) && { reason: "oom" }) });
  });

  return {
    name: `process ${child.pid}`,
    send(tasks) {
      const args = tasks.map(([, , args]) => args);
      const { aggregates } = searchContent(args, refuse);
      const copied = tasks.map(([id, name, args]): TaskMessage => [id, name, args]);
      child.send(pack(copied, { aggregates }), (error) => {
        undelivered = error !== null; // no part was read, since not all was written; the exit follows
      });
    },
    keepAlive(wanted) {
      const act = wanted ? "ref" : "unref";
      child[act]();
      child.channel?.[act]();
    },
    stop: () => child.disconnect(),
    kill() {
      if (child.pid !== undefined) child.kill("SIGKILL"); // without a pid it would kill our own process group
    },
  };
}

/** Call `done` once the child has died and all its messages are read, or once it could not be started. */
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

/** The flags of this process, without code, its type, the test runner and the watcher: those are not for a child. */
function inheritedFlags(): string[] {
  const own = /^(-e|-p|-pe|(--eval|--print)(=.*)?|--input-type.*|--test.*|--watch.*)$/s;
  return process.execArgv.filter(
    (flag, index, all) => !own.test(flag) && !/^(-e|--eval|-p|-pe|--print)$/.test(all[index - 1] ?? ""),
  );
}

const alive = new Set<ChildProcess>();

/** Kill the child when this process exits. A busy child does not notice that its parent is gone. */
function killOnExit(child: ChildProcess): void {
  if (child.pid === undefined) return; // it could not be started
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
