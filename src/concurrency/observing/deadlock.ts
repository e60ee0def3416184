import { waitsUnder } from "../cancellation.js";
import type { Node } from "./nodes.js";
import { type Snapshot, snapshot } from "./snapshot.js";
import { rootScope, type Waiting } from "./waiting.js";

const lookMs = 1000;
const mostTold = 10; // tasks

/**
 * Call `tell` once, with lines that say it, when all tasks under run() wait and nothing is left that could wake one. That
 * is seen one to two seconds after it happens. `ownTimers` are those of the caller that keep the process alive. Returns a
 * function that stops the watch. A look a second, while nobody waits for ever, costs a few microseconds.
 */
export function watchForDeadlock(ownTimers: number, tell: (lines: readonly string[]) => void): () => void {
  let before = false;
  const look = () => {
    const root = rootScope();
    const isStuck = nothingIsLeft(ownTimers) && root !== undefined && onlyTasksCanEnd(root.describe());
    if (isStuck && before) {
      clearInterval(timer);
      tell(["All tasks wait and nothing can wake them: a deadlock. Ctrl-C ends it.", ...linesOf(snapshot())]);
    }
    before = isStuck;
  };
  const timer = setInterval(look, lookMs / 2).unref();
  return () => clearInterval(timer);
}

const outputs = ["PipeWrap", "TTYWrap", "TCPSocketWrap"];

/** Whether no timer, socket, file, thread or process but those timers and the output keeps the event loop alive. */
function nothingIsLeft(ownTimers: number): boolean {
  const resources = process.getActiveResourcesInfo();
  const timers = resources.filter((name) => name === "Timeout").length;
  const others = resources.filter((name) => name !== "Timeout");
  if (timers > ownTimers || others.some((name) => !outputs.includes(name))) return false;
  if (others.length === 0) return true;
  const open = [process.stdout, process.stderr].filter((stream) => "_handle" in stream && stream._handle);
  return others.length <= open.length && process.getActiveResourcesInfo().length === timers + open.length;
}

/**
 * Whether every wait in a scope is one that only another task can end. A task without a wait of which we know may do
 * anything, such as wait for a socket of a native add-on.
 */
function onlyTasksCanEnd({ isInner, tasks, inside }: Waiting): boolean {
  if (tasks === undefined && inside === undefined) return isInner === true;
  let isEmpty = true;
  for (const { signal } of tasks ?? []) {
    isEmpty = false;
    if (!onlyTasksCanEnd({ what: "task", inside: signal })) return false;
  }
  for (const wait of inside ? waitsUnder(inside) : []) {
    isEmpty = false;
    if (wait === undefined || !onlyTasksCanEnd(wait.describe())) return false;
  }
  return !isEmpty;
}

/** A line for each task that waits: `task Alice waits for lock B, held by task Bob`. Tasks in a circle come first. */
function linesOf({ tree, circles }: Snapshot): string[] {
  const inCircle = new Set(circles.flatMap((circle) => circle.filter((_, at) => at % 2 === 0)));
  const waits: { task: string; line: string }[] = [];
  const visit = ({ what, sinceMs, heldBy, like = 0, below }: Node, task: string, tasks: number) => {
    const name = sinceMs === undefined ? task : what.slice("task ".length); // scopes and waits have no start
    if (below) for (const each of below) visit(each, name, tasks + like);
    else waits.push({ task: name, line: lineOf(name, what, heldBy, tasks + like) });
  };
  for (const node of tree) for (const each of node.below ?? []) visit(each, "main", 0);
  waits.sort((a, b) => Number(inCircle.has(b.task)) - Number(inCircle.has(a.task)));
  const lines = waits.slice(0, mostTold).map(({ line }) => line);
  return waits.length > mostTold ? [...lines, `  and ${waits.length - mostTold} more`] : lines;
}

function lineOf(task: string, what: string, heldBy: string | undefined, like: number): string {
  const waiter = task === "main" ? "main" : `task ${task}`;
  const holder = heldBy === undefined ? "" : `, held by ${heldBy === task ? "itself" : `task ${heldBy}`}`;
  return `  ${waiter} waits for ${what}${holder}${like > 0 ? `, and ${like} like it` : ""}`;
}
