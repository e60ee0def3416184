import { counted } from "../../text/counted.js";
import type { Finding, Undecided } from "../lab.js";
import type { Round } from "./ask-sites.js";
import type { SiteReport } from "./site.js";

const fraction = 2 / 3;

export interface Verdict {
  findings: Finding[];
  undecided: Undecided[];
}

/**
 * The claim that waiting for all sites at once takes a fraction of the time. There is none for a single site, or if one
 * failed: a refused connection takes no time. It is undecided if one site takes most of the time, so that there is little
 * to overlap, or if this program computed most of the time.
 */
export function compareRounds(atOnce: Round, oneByOne: Round): Verdict {
  const { length } = atOnce.sites;
  if (length < 2 || [...atOnce.sites, ...oneByOne.sites].some(({ ok }) => !ok)) return { findings: [], undecided: [] };
  const claim = `Asking ${counted(length, "site")} at once takes a fraction of the time of one after another`;
  const slowest = Math.max(...oneByOne.sites.map(({ ms }) => ms)) / 1000;
  const measured = `${inSeconds(atOnce.seconds)} against ${inSeconds(oneByOne.seconds)}; the slowest site alone took ${inSeconds(slowest)}`;
  const holds = atOnce.seconds < fraction * oneByOne.seconds;
  const canTell = slowest < 0.6 * oneByOne.seconds && atOnce.busy < 1 / 2;
  if (!holds && !canTell) return { findings: [], undecided: [{ claim, measured }] };
  return { findings: [{ claim, measured, holds }], undecided: [] };
}

/** The claim that a page needs a browser if its scripts write its headlines. */
export function compareRendered(sites: readonly SiteReport[]): Finding {
  const count = sites.reduce((sum, { headlines }) => sum + headlines.length, 0);
  const missed = sites.reduce((sum, site) => sum + (site.missed ?? 0), 0);
  const on = sites.filter((site) => site.missed).length;
  return {
    claim: "Scripts write headlines that plain fetching misses",
    measured: `${missed} of ${counted(count, "headline")}, on ${on} of ${counted(sites.length, "site")}`,
    holds: missed > 0,
  };
}

function inSeconds(seconds: number): string {
  return `${seconds.toFixed(2)} s`;
}
