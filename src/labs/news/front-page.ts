import { onAbort } from "../../concurrency/index.js";
import type { KeptSite } from "./kept-site.js";
import { newsPage, type ShownSite } from "./page.js";
import { withoutDuplicates } from "./without-duplicates.js";

/**
 * The page of the sites as far as they have answered. A site that is being asked has 2 s to answer. After them, and when
 * `signal` aborts, it is shown as it was last, or as one that is being asked.
 */
export async function frontPage(sites: readonly KeptSite[], signal: AbortSignal): Promise<string> {
  const shown = await Promise.all(sites.map((site) => inTime(site, signal)));
  return newsPage(withoutDuplicates(shown), new Date());
}

async function inTime(kept: KeptSite, signal: AbortSignal): Promise<ShownSite> {
  if (!signal.aborted) await firstOf(kept, signal);
  if (kept.latest) return kept.latest.report;
  const { href: url, host: title } = kept.site.url;
  return { url, title, headlines: [], isAsked: true };
}

/** Wait for an answer, for the end of its time or for the abort. */
function firstOf(kept: KeptSite, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      forget();
      clearTimeout(timer);
      resolve();
    };
    const forget = onAbort(signal, end);
    const answer = kept.get();
    const timer = setTimeout(end, kept.remainingMs);
    answer.then(end, end); // the group of the server has the error
  });
}
