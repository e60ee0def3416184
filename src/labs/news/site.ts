import { STATUS_CODES } from "node:http";
import type { Connections } from "../../http/client/connections.js";
import { FetchError } from "../../http/client/fetch-error.js";
import { fetchOne } from "../../http/client/fetch-one.js";
import { textOfBody } from "./charset.js";
import type { FrontPage, Headline, PostProcess, SiteText } from "./headline.js";
import { needsBrowser } from "./render/needs-browser.js";
import { privateHost } from "./render/private-host.js";
import type { Renderer } from "./render/renderer.js";
import { firstStories, missedStories } from "./without-duplicates.js";

export interface Site {
  url: URL;
  postprocess: PostProcess;
  /** A CSS selector of its headlines. A browser waits for it (default: until the page stays as it is). */
  awaits?: string | undefined;
}

export interface SiteReport {
  /** As it was asked for. */
  url: string;
  /** Its own title; its host if it gives none. */
  title: string;
  ok: boolean;
  /** Time until its headlines were read, in milliseconds. */
  ms: number;
  /** A browser ran the scripts of the page. */
  rendered: boolean;
  /** The number of headlines that plain fetching did not find. Only if rendered. */
  missed?: number;
  headlines: Headline[];
  error?: { class: string; message: string };
}

/** A site as it was read. */
export interface Reading {
  report: SiteReport;
  /** Its text, after its scripts if it was rendered; empty after a failure. */
  text: string;
}

export interface ReadContext {
  connections: Connections;
  signal: AbortSignal;
  /** Runs the scripts of a page that has any (default: none). */
  renderer?: Renderer | undefined;
  /** The least time for these scripts, in milliseconds (default: 0). */
  waitMs?: number | undefined;
}

type Page = Pick<SiteReport, "title" | "headlines" | "missed"> & { text: string; rendered: boolean };

/** Of a site, redirects included. */
const timeoutMs = 10_000;
const maxBody = 2 * 2 ** 20; // bytes, as sent and decoded
const accept = "text/html, application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5";

/**
 * Ask a site and read its headlines: the notes' `news_fetch`. A site that fails is a report, not an error. It is asked
 * once, without retries: a browser gets the page that was fetched. Cancellation: rejects with `signal.reason`.
 */
export async function readSite(site: Site, context: ReadContext): Promise<Reading> {
  const start = performance.now();
  const page = await readPage(site, context).catch((error) => {
    if (error instanceof FetchError) return error;
    throw error;
  });
  const ms = Math.round(performance.now() - start);
  const { href: url, host } = site.url;
  if (page instanceof FetchError) {
    const error = { class: page.class, message: page.message };
    return { report: { url, title: host, ok: false, ms, rendered: false, headlines: [], error }, text: "" };
  }
  const { title, headlines, rendered, missed, text } = page;
  const isMissed = missed !== undefined && { missed };
  return { report: { url, title: title || host, ok: true, ms, rendered, ...isMissed, headlines }, text };
}

async function readPage(site: Site, context: ReadContext): Promise<Page> {
  const fetched = await fetchPage(site.url, context);
  const page = stories(site.postprocess(fetched));
  const { renderer } = context;
  if (!renderer || page.isFeed || !needsBrowser(fetched.text)) return { ...page, text: fetched.text, rendered: false };
  const { connections, signal, waitMs } = context;
  const { lookups } = connections;
  const own = await privateHost(site.url, lookups);
  const { url, html } = await renderer.render(
    { url: fetched.url, html: fetched.text, own, awaits: site.awaits, waitMs },
    { signal, lookups },
  );
  const after = stories(site.postprocess({ url, text: html }));
  return { ...after, text: html, rendered: true, missed: missedStories(page.headlines, after.headlines) };
}

function stories({ title, headlines, isFeed }: FrontPage): Pick<Page, "title" | "headlines"> & { isFeed?: boolean } {
  return { title, headlines: firstStories(headlines), ...(isFeed && { isFeed }) };
}

async function fetchPage(url: URL, { connections, signal }: ReadContext): Promise<SiteText> {
  const context = { connections, signal, maxBody, timeoutMs, retries: 0 };
  const { reply, error } = await fetchOne({ url, headers: { accept } }, context);
  if (error) throw error;
  const { status } = reply;
  if (status < 200 || status > 299)
    throw new FetchError("status", `HTTP ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd(), { status });
  return { url: reply.url, text: textOfBody(reply.body, reply.header("content-type")) };
}
