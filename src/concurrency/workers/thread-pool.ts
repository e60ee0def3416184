import { MessageChannel, Worker } from "node:worker_threads";
import { observer } from "../observing/observer.js";
import { Claims } from "./claims.js";
import type { Movable, PoolOptions } from "./executor.js";
import { drainParcels, postParcel, receiveParcels } from "./parcel.js";
import { Pool } from "./pool.js";
import type { ThreadData } from "./thread-worker.js";
import type { WorkerChannel, WorkerEvents, WorkerMessage } from "./worker-protocol.js";

/**
 * An Executor with threads of this process as workers (concurrent.futures.ThreadPoolExecutor). They start quickly, and
 * an ArrayBuffer can be moved to them. But a crash in native code ends the whole process. `module` is the JavaScript
 * that exports the functions.
 *
 * ```js
 * const module = new URL("data:text/javascript,export const size = (buffer) => buffer.byteLength");
 * const pool = new ThreadPool(module, { maxWorkers: 2 });
 * const buffer = new ArrayBuffer(1000);
 * console.log(await pool.submit("size", [buffer], { transfer: [buffer] })); // 1000
 * console.log(buffer.byteLength); // 0
 * await pool.shutdown();
 * ```
 */
export class ThreadPool<M extends object> extends Pool<M> {
  /** Starts no worker yet. Throws TypeError unless `module` is a URL, RangeError for an option out of range. */
  constructor(module: URL, opts: PoolOptions = {}) {
    super(module, opts, startThread);
  }
}

/** Code that imports the file. Threads inherit --input-type, and with it Node refuses to run a file. */
const entry = `import(${JSON.stringify(new URL("./worker-entry.js", import.meta.url))})`;

function startThread(module: string, { maxHeapMiB }: PoolOptions, events: WorkerEvents): WorkerChannel {
  const { port1: port, port2 } = new MessageChannel();
  const claims = new Claims();
  const workerData: ThreadData = { module, port: port2, claims: claims.shared, isTimed: observer !== undefined };
  const worker = new Worker(entry, {
    eval: true,
    workerData,
    transferList: [port2],
    ...(maxHeapMiB && { resourceLimits: { maxOldGenerationSizeMb: maxHeapMiB } }),
  });

  let cause: (Error & { code?: string }) | undefined;
  const take = (message: WorkerMessage) => events.message(message);
  const unreadable = (error: Error) => {
    cause = error;
    void worker.terminate();
  };
  receiveParcels(port, take, unreadable);
  worker.on("error", (error) => {
    cause = error;
  });
  worker.on("exit", (exitCode) => {
    drainParcels(port, take, unreadable);
    port.close();
    const reason = cause?.code === "ERR_WORKER_OUT_OF_MEMORY" ? "oom" : undefined;
    events.exit({ pid: process.pid, exitCode, signal: null, cause, ...(reason && { reason }) });
  });

  return {
    name: `thread ${worker.threadId}`,
    claims,
    send(tasks) {
      const args = tasks.map(([, , args]) => args);
      const movable: Movable[] = [];
      for (const [, , , moved] of tasks) if (moved) movable.push(...moved);
      postParcel(port, tasks, args, movable);
    },
    keepAlive(wanted) {
      const act = wanted ? "ref" : "unref";
      worker[act]();
      port[act]();
    },
    stop: () => port.close(),
    kill: () => void worker.terminate(),
  };
}
