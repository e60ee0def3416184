import type { Node } from "../../concurrency/observing/nodes.js";
import type { ProgramAnswer } from "../../inspect/ask-program.js";
import { formatDuration } from "../../terminal/duration.js";
import type { Palette } from "../../terminal/palette.js";
import { cut } from "../../text/cut.js";
import { printable } from "../../text/printable.js";

/** The answer of a program as text: its tasks as a tree, its circles, the code that blocks it, its queues. */
export function* answerLines(
  name: string,
  { lateMs, snapshot }: ProgramAnswer,
  { palette, width }: { palette: Palette; width: number },
): Generator<string> {
  const fit = (line: string) => cut(line, width);
  if (snapshot === undefined) {
    yield fit(`${palette.bad("✘")} ${printable(name)} does not answer: ${blocked(lateMs)} in native code`);
    return;
  }
  const { pid, node, upMs, rssMiB, tree, circles, queues, stack } = snapshot;
  yield fit(`${printable(name)}  (pid ${pid}, Node ${printable(node)}, up ${formatDuration(upMs)}, ${rssMiB} MiB)`);
  if (stack.length > 0) {
    yield fit(`${palette.bad("✘")} ${blocked(lateMs)} in`);
    for (const frame of stack) yield fit(`    ${printable(frame)}`);
  }
  if (tree.length === 0) yield "no task runs under run()";
  for (const line of treeLines(tree, "")) yield fit(line);
  for (const circle of circles) yield fit(`${palette.bad("✘")} a circle: ${circleLine(circle)}`);
  for (const { name, size, max, getters, putters } of queues) {
    const room = max === null ? "" : ` of ${max}`;
    yield fit(`queue ${printable(name)}: ${size}${room} items, ${getters} wait for one, ${putters} for room`);
  }
}

function blocked(lateMs: number): string {
  return `the event loop has been blocked for ${lateMs} ms`;
}

function* treeLines(nodes: readonly Node[], indent: string): Generator<string> {
  for (const [index, node] of nodes.entries()) {
    const isLast = index === nodes.length - 1;
    const below = node.below ?? [];
    const [only] = below;
    const isLeaf = below.length === 1 && only !== undefined && only.below === undefined;
    yield `${indent}${isLast ? "└─" : "├─"} ${nodeLine(node, isLeaf ? only : undefined)}`;
    if (!isLeaf) yield* treeLines(below, `${indent}${isLast ? "   " : "│  "}`);
  }
}

/** A node, with the only wait below it on the same line: `task worker 0  → jobs get  (2.1 s)  and 999 like it`. */
function nodeLine({ what, state, sinceMs, heldBy, like = 0, below }: Node, wait: Node | undefined): string {
  const parts = [printable(what)];
  if (state) parts.push(printable(state));
  if (heldBy) parts.push(`held by task ${printable(heldBy)}`);
  if (wait) parts.push(`→ ${nodeLine(wait, undefined)}`);
  else if (below && sinceMs !== undefined) parts.push("waits");
  if (sinceMs !== undefined) parts.push(`(${formatDuration(sinceMs)})`);
  if (like > 0) parts.push(`and ${like} like it`);
  return parts.join("  ");
}

function circleLine(circle: readonly string[]): string {
  const steps: string[] = [];
  for (let at = 0; at < circle.length; at += 2) {
    const [task = "", on = ""] = circle.slice(at, at + 2).map(printable);
    steps.push(`task ${task} waits for ${on}, held by task ${printable(circle[(at + 2) % circle.length] ?? "")}`);
  }
  return steps.join("; ");
}

/** The number of tasks in a tree, with those that are alike. */
export function countTasks(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { sinceMs, like = 0, below = [] }) => {
    const own = sinceMs === undefined ? 0 : 1; // scopes and waits have no start
    return sum + (own + countTasks(below)) * (1 + like);
  }, 0);
}
