import { counted } from "../../text/counted.js";
import type { LabContext, Verdict } from "../lab.js";
import { Crew } from "./crew.js";
import { type Fix, type RaceEvent, type Row, repeat, rowOf } from "./row.js";
import { undecidedOnThreads, verdictOnThreads } from "./verdict.js";

const all: readonly Fix[] = ["none", "lock", "atomic", "single", "forgotten"];

interface ThreadOptions {
  bots: number;
  tables: number;
  rounds: number;
  fixes?: readonly Fix[] | undefined;
}

interface Race {
  rows: Row<Fix>[];
  verdicts: Verdict[];
}

export interface ThreadParts {
  /** Bots that do for one fix as they should for another. */
  doneAs?: Partial<Record<Fix, Fix>>;
  crew?: Pick<Crew, "hire" | "round" | "dismiss">;
}

/** Bots that are threads. They are started once; each round holds them at the latch of a fresh kitchen. */
export async function raceThreads(
  options: ThreadOptions,
  { signal, emit }: LabContext<RaceEvent>,
  { doneAs = {}, crew = new Crew(signal) }: ThreadParts = {},
): Promise<Race> {
  const { bots, tables, rounds, fixes = all } = options;
  try {
    const refusal = await crew.hire(bots);
    if (refusal) return withoutThreads(fixes, `cannot start ${counted(bots, "thread")}: ${refusal}`);
    const race: Race = { rows: [], verdicts: [] };
    for (const fix of fixes) {
      const work = () => crew.round(doneAs[fix] ?? fix, tables);
      const done = await repeat(rounds, work, () => void emit?.({ fix, steps: rounds * fixes.length }));
      const row = rowOf(fix, bots * tables * 2, done);
      race.rows.push(row);
      race.verdicts.push(bots === 1 ? undecidedOnThreads(fix) : verdictOnThreads(row, done));
    }
    return race;
  } finally {
    await crew.dismiss();
  }
}

function withoutThreads(fixes: readonly Fix[], why: string): Race {
  return { rows: [], verdicts: fixes.map((fix) => undecidedOnThreads(fix, why)) };
}
