import type { Finding } from "../../lab.js";
import { type Judged, type Tally, windows } from "./tally.js";

export interface Aftermath {
  instances: number;
  /** Acknowledged writes that are not in the database. */
  lost: number;
  /** Instances that used their cache again in the end. */
  back: number;
}

/** The claims of the lab, judged by the reads of this run. */
export function findingsOf(tally: Tally, { instances, lost, back }: Aftermath): Finding[] {
  const { listening, silent, foreign, writes, cache, faulty } = tally;
  const reads = cache.hit + cache.miss + cache.bypass;
  return [
    {
      claim: `no read misses a write for more than ${windows.listening} ms, unless a listener died silently`,
      measured: staleness(listening),
      holds: listening.reads > 0 && listening.beyond === 0 && foreign === 0,
    },
    {
      claim: `a silent death is over within ${windows.silent / 1000} s`,
      measured: staleness(silent),
      holds: silent.stale > 0 && silent.beyond === 0, // without a stale read, nothing died
    },
    {
      claim: "each acknowledged write is in the database",
      measured: `${lost} of ${writes} lost, ${foreign} read that nobody wrote`,
      holds: writes > 0 && lost === 0 && foreign === 0,
    },
    {
      claim: "each request is done, or told to come again: no other error",
      measured: `${faulty} other errors in ${reads + writes} replies`,
      holds: faulty === 0,
    },
    {
      claim: "each instance uses its cache again after the faults",
      measured: `${back} of ${instances}; ${Math.round((100 * cache.hit) / Math.max(1, reads))} % of ${reads} reads were hits`,
      holds: back === instances && cache.hit > 0,
    },
  ];
}

function staleness({ reads, stale, beyond, longestMs }: Judged): string {
  return `${beyond} of ${reads} reads beyond it, ${stale} stale at all, longest ${Math.round(longestMs)} ms`;
}
