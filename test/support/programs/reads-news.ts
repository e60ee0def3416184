/** Reads the sites in its arguments at once, and prints its peak of memory in MiB. `url selector` has a selector. */
import { askSites } from "../../../src/labs/news/ask-sites.js";
import { anySite } from "../../../src/labs/news/post-process.js";

const sites = process.argv.slice(2).map((arg) => {
  const [url = "", ...select] = arg.split(" ");
  return { url: new URL(url), postprocess: anySite(select.length > 0 ? select.join(" ") : undefined) };
});
const { signal } = new AbortController();
const round = await askSites(sites, { concurrency: sites.length, signal });
const peakMiB = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(JSON.stringify({ sites: round.sites, peakMiB }));
