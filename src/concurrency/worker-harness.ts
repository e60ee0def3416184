import { inspect } from "node:util";
import { dataCloneError } from "./data-clone.js";
import { toPortable } from "./portable.js";
import type { Report, TaskMessage } from "./worker-protocol.js";

/** How a worker talks to its pool. */
export interface Wire {
  /** Throws, and sends nothing, if the report cannot be cloned. What is in `moved` may be moved instead of copied. */
  send(report: Report, moved?: readonly ArrayBuffer[]): void;
  receive(take: (tasks: readonly TaskMessage[]) => void): void;
  /** May this task still start? */
  start(id: number): boolean;
}

/**
 * The worker's side of a pool, the same in a thread and in a process: import the module, then call its functions one
 * task after another, and report each before the next one starts, so that a dying worker takes no result along.
 */
export async function serve(moduleUrl: string, wire: Wire): Promise<void> {
  let running = false;
  process.on("uncaughtException", (error) => {
    if (!running) process.stderr.write(`${inspect(error)}\n`); // else the task's own rejection tells it
    wire.send({ type: "crashed", error: toPortable(error) });
    process.exit(1);
  });

  let module: object;
  try {
    module = await import(moduleUrl);
  } catch (error) {
    wire.send({ type: "failed", error: toPortable(error) });
    return;
  }

  let line = Promise.resolve();
  wire.receive((tasks) => {
    line = line.then(async () => {
      for (const task of tasks) {
        if (!wire.start(task.id)) continue;
        running = true;
        await perform(task, module, wire);
        running = false;
      }
    });
  });
  wire.send({ type: "ready" });
}

async function perform({ id, name, args, moved }: TaskMessage, module: object, wire: Wire): Promise<void> {
  try {
    const value = await exportedFunction(module, name)(...args);
    try {
      wire.send({ type: "value", id, value }, moved);
    } catch (error) {
      throw dataCloneError(error);
    }
  } catch (error) {
    reportError(id, error, wire);
  }
}

function reportError(id: number, error: unknown, wire: Wire): void {
  try {
    wire.send({ type: "error", id, error: toPortable(error) });
  } catch {
    wire.send({ type: "error", id, error: toPortable(String(error)) }); // nested too deeply to be cloned
  }
}

function exportedFunction(module: object, name: string): (...args: unknown[]) => unknown {
  const value = Object.hasOwn(module, name) ? Reflect.get(module, name) : undefined;
  if (typeof value === "function") return value as (...args: unknown[]) => unknown;
  throw new TypeError(`the worker module exports no function named "${name}"`);
}
