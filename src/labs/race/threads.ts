import { counted } from "../../text/counted.js";
import type { LabContext, Verdict } from "../lab.js";
import { Crew } from "./crew.js";
import { type Fix, type Row, repeat, rowOf } from "./row.js";
import { pointless, verdictOnThreads } from "./verdict.js";

const all: readonly Fix[] = ["none", "lock", "atomic", "single", "forgotten"];

interface ThreadOptions {
  bots: number;
  tables: number;
  rounds: number;
  fixes?: readonly Fix[] | undefined;
}

export interface ThreadParts {
  /** Bots that do for one fix as they should for another. */
  doneAs?: Partial<Record<Fix, Fix>>;
  crew?: Pick<Crew, "hire" | "round" | "dismiss">;
}

/** Bots that are threads. They are started once; each round holds them at the gate of a fresh kitchen. */
export async function raceThreads(
  { bots, tables, rounds, fixes = all }: ThreadOptions,
  { signal, emit }: LabContext<Fix>,
  { doneAs = {}, crew = new Crew(signal) }: ThreadParts = {},
): Promise<{ rows: Row<Fix>[]; verdicts: Verdict[] }> {
  try {
    const refusal = await crew.hire(bots);
    if (refusal)
      return {
        rows: [],
        verdicts: fixes.map((fix) => pointless(fix, `cannot start ${counted(bots, "thread")}: ${refusal}`)),
      };
    const rows: Row<Fix>[] = [];
    const verdicts: Verdict[] = [];
    for (const fix of fixes) {
      const work = () => crew.round(doneAs[fix] ?? fix, tables);
      const done = await repeat(rounds, work, () => void emit?.(fix));
      const row = rowOf(fix, bots * tables * 2, done);
      // forgotten: only the meetings of the forgetful bot count, since the others hold the lock
      const met = done.flatMap((round) => (fix === "forgotten" ? round.met.slice(0, 1) : round.met));
      rows.push(row);
      verdicts.push(bots === 1 ? pointless(fix) : verdictOnThreads(row, sum(met), rounds));
    }
    return { rows, verdicts };
  } finally {
    await crew.dismiss();
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
