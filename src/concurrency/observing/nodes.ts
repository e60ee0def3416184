/** A scope, a task or a wait. Tasks that are alike are told by one node. */
export interface Node {
  what: string;
  state?: string;
  /** Since the start of a task; scopes and waits have none. */
  sinceMs?: number;
  /** The task that must act first, such as the holder of a lock. */
  heldBy?: string;
  /** How many more there are with the same kind of name and the same waits. */
  like?: number;
  below?: Node[];
}

/** The nodes of one level. The first of those that are alike stands for all. */
export class Siblings {
  /** How many were not looked at, or are of too many kinds. */
  rest = 0;
  readonly #limit: number;
  readonly #kept = new Map<string, Node>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get nodes(): Node[] {
    const nodes = [...this.#kept.values()];
    return this.rest > 0 ? [...nodes, notShown(this.rest)] : nodes;
  }

  add(node: Node): void {
    const kind = kindOf(node);
    const same = this.#kept.get(kind);
    if (same) same.like = (same.like ?? 0) + 1;
    else if (this.#kept.size < this.#limit) this.#kept.set(kind, node);
    else this.rest++;
  }
}

/** Nodes of one kind differ in numbers alone: `task worker 1 → sleep 300 ms`. */
function kindOf({ what, state, below }: Node): string {
  let kind = what.replace(numbers, "0");
  if (state) kind += `|${state.replace(numbers, "0")}`;
  for (const each of below ?? []) kind += `>${kindOf(each)}<`;
  return kind;
}

const numbers = /\d+/g;

/** The first nodes, level by level of each branch; others become a count. */
export function trim(nodes: readonly Node[], budget: { left: number }): Node[] {
  const kept: Node[] = [];
  for (const [index, node] of nodes.entries()) {
    if (budget.left-- <= 0) return [...kept, notShown(nodes.length - index)];
    kept.push(node.below ? { ...node, below: trim(node.below, budget) } : node);
  }
  return kept;
}

function notShown(count: number): Node {
  return { what: `${count} more that are not shown` };
}
