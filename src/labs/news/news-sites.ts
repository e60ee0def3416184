import { onAbort } from "../../concurrency/index.js";
import type { LabContext } from "../lab.js";
import { startOwnSites } from "./own-sites.js";
import { anySite } from "./post-process.js";
import { Renderer } from "./render/renderer.js";
import type { Site } from "./site.js";

export interface NewsSource {
  /** The sites to ask, http or https. Without them the lab starts sites of its own. */
  sites?: readonly URL[] | undefined;
  /** A CSS selector of the headlines of `sites` (default: links of headings). Feeds need none. */
  select?: string | undefined;
  /** Run the scripts of pages in a browser (default: none). */
  render?: boolean | undefined;
}

/** The browser has started. `unsafe` says why it runs without its sandbox; undefined if it has one. */
export interface BrowserEvent {
  type: "browser";
  unsafe?: string | undefined;
}

/** The address of the lab's own sites. */
export interface SourceEvent {
  type: "source";
  url: string;
}

/** Sites asked at a time. */
export const mostSites = 32;

/** Call `use` with the sites, and with a browser if there shall be one. The lab's own sites, and the browser, live as long as that call. */
export function withSites<T>(
  source: NewsSource,
  { signal, emit }: LabContext<SourceEvent | BrowserEvent>,
  use: (sites: readonly Site[], renderer: Renderer | undefined) => Promise<T>,
): Promise<T> {
  return withRenderer(source, { signal, emit }, (renderer) =>
    withOwnSites(source, emit, (sites) => use(sites, renderer)),
  );
}

async function withRenderer<T>(
  { render }: NewsSource,
  { signal, emit }: LabContext<BrowserEvent>,
  use: (renderer: Renderer | undefined) => Promise<T>,
): Promise<T> {
  if (!render) return use(undefined);
  const renderer = await Renderer.open(signal);
  const forget = onAbort(signal, () => void renderer.close()); // its pages need not be closed one by one
  try {
    await emit?.({ type: "browser", unsafe: renderer.unsafe });
    return await use(renderer);
  } finally {
    forget();
    await renderer.close();
  }
}

async function withOwnSites<T>(
  { sites, select }: NewsSource,
  emit: LabContext<SourceEvent>["emit"],
  use: (sites: readonly Site[]) => Promise<T>,
): Promise<T> {
  if (sites) return use(sites.map((url) => ({ url, postprocess: anySite(select), awaits: select })));
  const own = await startOwnSites();
  try {
    await emit?.({ type: "source", url: own.url });
    return await use(own.sites);
  } finally {
    await own.close();
  }
}
