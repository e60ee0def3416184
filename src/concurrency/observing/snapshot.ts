import { waitsUnder } from "../cancellation.js";
import { circlesOf, type Hold } from "./circles.js";
import { namedQueues } from "./named-queues.js";
import { type Node, Siblings, trim } from "./nodes.js";
import { type Described, rootScope, type Started, type Waiting } from "./waiting.js";

export interface Snapshot {
  pid: number;
  node: string;
  upMs: number;
  rssMiB: number;
  tree: Node[];
  /** Tasks that wait for each other: behind each task stands the thing that it needs and the next task holds. */
  circles: string[][];
  queues: { name: string; size: number; max: number | null; getters: number; putters: number }[];
}

const mostQueues = 100;
const mostHolds = 10_000;
const longestWalkMs = 250;
const deepest = 100;
const longestName = 120; // characters

/**
 * The tasks under run() with their waits, in at most `limit` nodes. It only reads: it may be called in the middle of
 * anything, also while the event loop is blocked. A walk of more than 250 ms is cut off, and says so.
 */
export function snapshot(limit = 1000): Snapshot {
  const root = rootScope();
  const walk = new Walk(limit);
  const tree = root ? [walk.scope(root.describe(), 0, "main")] : [];
  const circles = circlesOf(walk.namedHolds()); // names the holders in the tree, too
  return {
    pid: process.pid,
    node: process.version.slice(1),
    upMs: Math.round(process.uptime() * 1000),
    rssMiB: Math.round(process.memoryUsage.rss() / 2 ** 20),
    tree: trim(tree, { left: limit }),
    circles,
    queues: namedQueues().slice(0, mostQueues).map(tellQueue),
  };
}

function tellQueue({ name, size, maxSize, waiting }: ReturnType<typeof namedQueues>[number]) {
  return { name: name.slice(0, longestName), size, max: Number.isFinite(maxSize) ? maxSize : null, ...waiting };
}

/** One walk over the tree of scopes, which is that of cancellation. */
class Walk {
  readonly #limit: number;
  readonly #end = performance.now() + longestWalkMs;
  readonly #names = new Map<AbortSignal, string>(); // of tasks, also by the signals of scopes inside of them
  readonly #holds: { task: string; on: string; heldBy: AbortSignal; node: Node }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A scope that `task` has opened. */
  scope({ what, state, tasks = [], inside }: Waiting, depth: number, task: string): Node {
    const node: Node = { what: what.slice(0, longestName), ...(state && { state }) };
    const below = new Siblings(this.#limit);
    if (inside) {
      this.#names.set(inside, task);
      this.#addWaits(below, inside, depth, task);
    }
    let count = 0;
    for (const each of tasks) {
      count++;
      if (this.#isOver(depth)) below.rest++;
      else below.add(this.#task(each, depth + 1));
    }
    if (count > 0) node.state = `${count} task${count === 1 ? "" : "s"}`;
    return withBelow(node, below.nodes);
  }

  /** Holds with the names of the holders, which are known once the walk is over. */
  namedHolds(): Hold[] {
    return this.#holds.flatMap(({ task, on, heldBy, node }) => {
      const holder = this.#names.get(heldBy);
      if (holder === undefined) return [];
      node.heldBy = holder;
      return [{ task, on, holder }];
    });
  }

  #task({ name, signal, startedAt }: Started, depth: number): Node {
    const shown = name.slice(0, longestName);
    this.#names.set(signal, shown);
    const node: Node = { what: `task ${shown}`, sinceMs: Math.round(performance.now() - startedAt) };
    const waits = [...waitsUnder(signal)];
    const [only] = waits;
    if (waits.length === 1 && only) node.below = [this.#wait(only, depth + 1, shown)];
    else if (waits.length === 0) node.state = "runs, or waits without its signal";
    else {
      const below = new Siblings(this.#limit);
      this.#addWaits(below, signal, depth, shown);
      withBelow(node, below.nodes);
    }
    return node;
  }

  #addWaits(below: Siblings, signal: AbortSignal, depth: number, task: string): void {
    for (const wait of waitsUnder(signal)) {
      if (this.#isOver(depth)) below.rest++;
      else below.add(wait ? this.#wait(wait, depth + 1, task) : { what: "a wait without a name" });
    }
  }

  #wait(wait: Described, depth: number, task: string): Node {
    const waiting = wait.describe();
    if (waiting.tasks || waiting.inside) return this.scope(waiting, depth, task);
    const { what, state, heldBy } = waiting;
    const node: Node = { what: what.slice(0, longestName) };
    if (state) node.state = state;
    if (heldBy && this.#holds.length < mostHolds) this.#holds.push({ task, on: node.what, heldBy, node });
    return node;
  }

  #isOver(depth: number): boolean {
    return depth > deepest || performance.now() > this.#end;
  }
}

function withBelow(node: Node, below: Node[]): Node {
  if (below.length > 0) node.below = below;
  return node;
}
