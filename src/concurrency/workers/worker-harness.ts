import { inspect } from "node:util";
import { dataCloneError } from "./cloning.js";
import { serializeError } from "./serialized-error.js";
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
  const waiting: TaskMessage[] = [];
  let busy = false;
  process.on("uncaughtException", (error) => {
    if (!busy) process.stderr.write(`${inspect(error)}\n`); // else the rejection of the task tells it
    sendError(wire, "crashed", error);
    process.exit(1);
  });

  let module: Namespace;
  try {
    module = await import(moduleUrl);
  } catch (error) {
    sendError(wire, "failed", error);
    return;
  }

  wire.receive(async (tasks) => {
    waiting.push(...tasks);
    if (busy) return;
    busy = true;
    for (let task = waiting.shift(); task; task = waiting.shift()) {
      if (wire.start(task[0])) await perform(task, module, wire);
    }
    busy = false;
  });
  wire.send(["ready"]);
}

/** What import() gives. */
type Namespace = Readonly<Record<string, unknown>>;

/** Of a CommonJS module, Node may find no names, only the default. */
function exportedFunction(module: Namespace, name: string): (...args: readonly unknown[]) => unknown {
  for (const place of [module, module.default ?? {}]) {
    const found = Object.hasOwn(place, name) && (place as Namespace)[name];
    if (typeof found === "function") return found as ReturnType<typeof exportedFunction>;
  }
  throw new TypeError(`the worker module exports no function named "${name}"`);
}

async function perform([, name, args, moved]: TaskMessage, module: Namespace, wire: Wire) {
  let value: unknown;
  try {
    value = await exportedFunction(module, name)(...args);
  } catch (error) {
    return sendError(wire, "error", error);
  }
  try {
    wire.send(["value", value], moved);
  } catch (error) {
    sendError(wire, "error", dataCloneError(error));
  }
}

/** Report what was thrown; if even its portable form cannot be cloned, at least that. */
function sendError(wire: Wire, type: "failed" | "error" | "crashed", thrown: unknown): void {
  try {
    wire.send([type, serializeError(thrown)]);
  } catch (cause) {
    const error = new Error(`cannot tell what was thrown: ${inspect(thrown, { depth: 0 })}`, { cause });
    wire.send([type, serializeError(error)]);
  }
}
