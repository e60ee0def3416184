import { median } from "../../src/labs/statistics.js";
import { table } from "../../src/terminal/table.js";

export interface Contestant {
  name: string;
  /** Does the whole job once. A number that it resolves with is the time it took, measured by itself. */
  run(): unknown;
  /** Gives back what it held; called when all are done. */
  close?(): unknown;
}

export interface Comparison {
  question: string;
  rounds: number;
  /** The first one is the reference: ratios say how many times its time the others take. */
  contestants: readonly Contestant[];
}

/**
 * Time the contestants in interleaved rounds, each round in another order, so that whatever else the machine does falls
 * on all alike, and print medians and their ratios. One unmeasured round warms up.
 */
export async function compare({ question, rounds, contestants }: Comparison): Promise<void> {
  const times = new Map(contestants.map(({ name }) => [name, [] as number[]]));
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      const contestant = contestants[(i + round + 1) % contestants.length] as Contestant;
      const start = performance.now();
      const own = await contestant.run();
      const ms = typeof own === "number" ? own : performance.now() - start;
      if (round >= 0) times.get(contestant.name)?.push(ms);
    }
  }
  for (const { close } of contestants) await close?.();
  const reference = median(times.get(contestants[0]?.name ?? "") ?? []);
  const rows = [...times].map(([name, all]) => [name, median(all).toFixed(1), (median(all) / reference).toFixed(2)]);
  print(`\n${question}, ${rounds} interleaved rounds`);
  for (const line of table([["", "median ms", "ratio"], ...rows], { right: [1, 2] })) print(`  ${line}`);
}

/** A peer package, or undefined with a line that says it is skipped. */
export async function peer<T>(name: string, load: () => Promise<T>): Promise<T | undefined> {
  try {
    return await load();
  } catch {
    print(`  (${name} is not installed: skipped)`);
    return undefined;
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
