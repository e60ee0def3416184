import type { LabContext } from "../lab.js";
import { startOwnSites } from "./own-sites.js";
import { anySite } from "./post-process.js";
import type { Site } from "./site.js";

export interface NewsSource {
  /** The sites to ask, http or https. Without them the lab starts sites of its own. */
  sites?: readonly URL[] | undefined;
  /** A CSS selector of the headlines of `sites` (default: links of headings). Feeds need none. */
  select?: string | undefined;
}

/** The address of the lab's own sites. */
export interface SourceEvent {
  type: "source";
  url: string;
}

/** Sites asked at a time. */
export const mostSites = 32;

/** Call `use` with the sites. The lab's own sites live as long as that call. */
export async function withSites<T>(
  { sites, select }: NewsSource,
  emit: LabContext<SourceEvent>["emit"],
  use: (sites: readonly Site[]) => Promise<T>,
): Promise<T> {
  if (sites) return use(sites.map((url) => ({ url, postprocess: anySite(select) })));
  const own = await startOwnSites();
  try {
    await emit?.({ type: "source", url: own.url });
    return await use(own.sites);
  } finally {
    await own.close();
  }
}
