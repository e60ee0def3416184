import type { Finding, LabContext } from "./lab.js";
import type { Tier } from "./tower/tier.js";
import { tiers as allTiers } from "./tower/tiers.js";

/** A tier, and the check of this run. */
export interface TierResult extends Pick<Tier, "tier" | "asyncio" | "node" | "essential">, Finding {}

export interface TowerReport {
  tiers: TierResult[];
  findings: Finding[];
}

/** A tier that has been checked, with all that is known of it. */
export type TierEvent = Omit<Tier, "check"> & Finding;

/**
 * The nine tiers of asyncio with their counterparts in Node. Each is tried: a coroutine, a loop, a promise, a task, a pool,
 * a queue, a handle, a datagram and a line over TCP. `tiers`: default all nine.
 */
export async function tower(
  _options: object,
  { signal, emit }: LabContext<TierEvent>,
  tiers: readonly Tier[] = allTiers,
): Promise<TowerReport> {
  const results: TierResult[] = [];
  for (const { check, ...known } of tiers) {
    signal.throwIfAborted();
    const { measured, holds } = await outcomeOf(check, signal);
    const { tier, asyncio, node, essential, claim } = known;
    results.push({ tier, asyncio, node, essential, claim, measured, holds });
    emit?.({ ...known, measured, holds });
  }
  return { tiers: results, findings: results.map(({ claim, measured, holds }) => ({ claim, measured, holds })) };
}

async function outcomeOf(check: Tier["check"], signal: AbortSignal) {
  try {
    return await check(signal);
  } finally {
    signal.throwIfAborted(); // a check that was cut short proves nothing
  }
}
