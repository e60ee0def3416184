import type { Outcome } from "../lab.js";

export interface Tier {
  /** 1 is the ground, 9 the top. */
  tier: number;
  name: string;
  /** The names in asyncio. */
  asyncio: string;
  /** Their counterparts in Node, and ours. */
  node: string;
  difference: string;
  /** The counterparts of curio, trio or uvloop. */
  others: string;
  /** Whether the notes call it essential for writers of programs. */
  essential: boolean;
  claim: string;
  check(signal: AbortSignal): Outcome | Promise<Outcome>;
}
