/** A task waits for something that another one holds. */
export interface Hold {
  task: string;
  on: string;
  holder: string;
}

/** The circles among holds: `["Alice", "lock A", "Bob", "lock B"]` says that Alice waits for lock A, which Bob holds. */
export function circlesOf(holds: readonly Hold[]): string[][] {
  const next = new Map(holds.map((hold) => [hold.task, hold]));
  const done = new Set<string>();
  const circles: string[][] = [];
  for (const { task: start } of holds) {
    const way: Hold[] = [];
    for (let at = next.get(start); at && !done.has(at.task); at = next.get(at.holder)) {
      done.add(at.task);
      way.push(at);
    }
    const last = way.at(-1);
    const first = way.findIndex(({ task }) => task === last?.holder);
    if (first >= 0) circles.push(way.slice(first).flatMap(({ task, on }) => [task, on]));
  }
  return circles;
}
