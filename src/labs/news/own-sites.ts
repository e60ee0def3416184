import { startFixtureServer } from "../../http/origin/fixture-server.js";
import type { PostProcess } from "./headline.js";
import { anySite, articleSite, listSite } from "./post-process.js";
import type { Site } from "./site.js";

const latencyMs = 400; // of each site, as of a real one

/** Each site with its own post-processing, as in the notes. A browser waits for the headlines of Live. */
const paths: readonly (readonly [string, PostProcess, awaits?: string])[] = [
  ["/news/daily", listSite],
  ["/news/courier", articleSite],
  ["/news/wire.xml", anySite()],
  ["/news/live", listSite, "a.headline"],
  ["/news/slow", listSite],
];

/** Their number. */
export const ownSites = paths.length;

/** Start the sites of the fixture server. Each takes 400 ms to answer, the slow one a second more. The caller closes them. */
export async function startOwnSites(): Promise<{ url: string; sites: Site[]; close(): Promise<void> }> {
  const server = await startFixtureServer({ latencyMs: [latencyMs, latencyMs] });
  const sites = paths.map(([path, postprocess, awaits]) => ({
    url: new URL(path, server.url),
    postprocess,
    awaits,
  }));
  return { url: `${server.url}/news/`, sites, close: () => server.close() };
}
