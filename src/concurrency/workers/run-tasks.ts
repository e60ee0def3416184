import { inspect } from "node:util";
import { dataCloneError } from "./cloning.js";
import { serializeError } from "./serialized-error.js";
import type { PoolChannel, TaskMessage, WorkerMessage } from "./worker-protocol.js";

/**
 * Import the module, then run the tasks of the pool one after another, alike in a thread and in a process. The outcome
 * of a task is sent before the next one starts, so that a dying worker loses no result.
 */
export async function runTasks(moduleUrl: string, pool: PoolChannel): Promise<void> {
  const waiting: TaskMessage[] = [];
  let busy = false;
  process.on("uncaughtException", (error) => {
    if (!busy) process.stderr.write(`${inspect(error)}\n`); // with a task, its rejection has the error as its cause
    sendError(pool, "crashed", error);
    process.exit(1);
  });

  let module: Namespace;
  try {
    module = await import(moduleUrl);
  } catch (error) {
    sendError(pool, "failed", error);
    return;
  }

  pool.receive(async (tasks) => {
    waiting.push(...tasks);
    if (busy) return;
    busy = true;
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      if (pool.claim(task[0])) await perform(task, module, pool);
    }
    busy = false;
  });
  pool.send(["ready"]);
}

/** The result of import(). */
type Namespace = Readonly<Record<string, unknown>>;

/** The function of that name. Node may find no names in a CommonJS module, only the default export. */
function exportedFunction(module: Namespace, name: string): (...args: readonly unknown[]) => unknown {
  for (const place of [module, module.default ?? {}]) {
    const found = Object.hasOwn(place, name) && (place as Namespace)[name];
    if (typeof found === "function") return found as ReturnType<typeof exportedFunction>;
  }
  throw new TypeError(`the worker module exports no function named "${name}"`);
}

async function perform([, name, args, moved]: TaskMessage, module: Namespace, pool: PoolChannel) {
  const start = pool.isTimed ? now() : undefined;
  let value: unknown;
  try {
    value = await exportedFunction(module, name)(...args);
  } catch (error) {
    return sendError(pool, "error", error, start);
  }
  try {
    pool.send(withTimes(["value", value], start), moved);
  } catch (error) {
    sendError(pool, "error", dataCloneError(error));
  }
}

/** Send a thrown value. If even its serialised form cannot be cloned, send an error that describes it. */
function sendError(pool: PoolChannel, type: "failed" | "error" | "crashed", thrown: unknown, start?: number): void {
  try {
    pool.send(withTimes([type, serializeError(thrown)], start));
  } catch (cause) {
    const error = new Error(`cannot tell what was thrown: ${inspect(thrown, { depth: 0 })}`, { cause });
    pool.send([type, serializeError(error)]);
  }
}

/** The outcome of a task that started at `start`, with its times; without a start, the outcome alone. */
function withTimes(outcome: WorkerMessage, start: number | undefined): WorkerMessage {
  return start === undefined ? outcome : ([...outcome, [start, now()]] as unknown as WorkerMessage);
}

/** Milliseconds since 1970, on the clock that performance.now() reads. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
