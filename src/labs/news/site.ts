import { STATUS_CODES } from "node:http";
import type { Connections } from "../../http/client/connections.js";
import { FetchError } from "../../http/client/fetch-error.js";
import { fetchOne } from "../../http/client/fetch-one.js";
import { textOfBody } from "./charset.js";
import type { Headline, PostProcess } from "./headline.js";
import { firstStories } from "./without-duplicates.js";

export interface Site {
  url: URL;
  postprocess: PostProcess;
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
  headlines: Headline[];
  error?: { class: string; message: string };
}

/** Of a site, redirects included. */
const timeoutMs = 10_000;
const maxBody = 2 * 2 ** 20; // bytes, as sent and decoded
const accept = "text/html, application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5";

/**
 * Ask a site and read its headlines: the notes' `news_fetch`. A site that fails is a report, not an error. It is asked
 * once, without retries. Cancellation: rejects with `signal.reason`.
 */
export async function readSite(
  { url, postprocess }: Site,
  { connections, signal }: { connections: Connections; signal: AbortSignal },
): Promise<SiteReport> {
  const start = performance.now();
  const report = (page: Pick<SiteReport, "title" | "headlines" | "error">): SiteReport => {
    const { title, headlines, error } = page;
    const ms = Math.round(performance.now() - start);
    return {
      url: url.href,
      title: title || url.host,
      ok: !error,
      ms,
      rendered: false,
      headlines,
      ...(error && { error }),
    };
  };
  try {
    return report(await fetchPage(url, postprocess, { connections, signal }));
  } catch (error) {
    if (!(error instanceof FetchError)) throw error;
    return report({ title: "", headlines: [], error: { class: error.class, message: error.message } });
  }
}

async function fetchPage(
  url: URL,
  postprocess: PostProcess,
  context: { connections: Connections; signal: AbortSignal },
): Promise<Pick<SiteReport, "title" | "headlines">> {
  const { reply, error } = await fetchOne({ url, headers: { accept } }, { ...context, maxBody, timeoutMs, retries: 0 });
  if (error) throw error;
  const { status } = reply;
  if (status < 200 || status > 299)
    throw new FetchError("status", `HTTP ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd(), { status });
  const { title, headlines } = postprocess({
    url: reply.url,
    text: textOfBody(reply.body, reply.header("content-type")),
  });
  return { title, headlines: firstStories(headlines) };
}
