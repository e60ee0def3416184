import { mapConcurrent } from "../../concurrency/index.js";
import { Connections } from "../../http/client/connections.js";
import type { Renderer } from "./render/renderer.js";
import { readSite, type Site, type SiteReport } from "./site.js";
import { withoutDuplicates } from "./without-duplicates.js";

/** The sites in their own order, and the time that all of them took. */
export interface Round {
  sites: SiteReport[];
  seconds: number;
  /** The share of that time in which this program computed, from 0 to 1. The rest is waiting. */
  busy: number;
}

export interface AskOptions {
  /** Sites asked at a time; 1 is one after another. */
  concurrency: number;
  signal: AbortSignal;
  /** Runs the scripts of pages (default: none). */
  renderer?: Renderer | undefined;
  /** Called after each site. */
  onSite?: ((site: SiteReport) => void) | undefined;
}

/** Ask all sites once: the notes' `gather(*tasks)`. Cancellation: rejects with `signal.reason`. */
export async function askSites(
  sites: readonly Site[],
  { concurrency, signal, renderer, onSite }: AskOptions,
): Promise<Round> {
  const connections = new Connections(concurrency);
  const start = performance.now();
  const loop = performance.eventLoopUtilization();
  try {
    const ask = async (site: Site, _index: number, own: AbortSignal) => {
      const { report } = await readSite(site, { connections, renderer, signal: own });
      onSite?.(report);
      return report;
    };
    const reports = await mapConcurrent(sites, ask, { concurrency, signal });
    const busy = performance.eventLoopUtilization(loop).utilization;
    return { sites: withoutDuplicates(reports), seconds: Math.round(performance.now() - start) / 1000, busy };
  } finally {
    await connections.close();
  }
}
