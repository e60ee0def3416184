import type { CDPSession, Page } from "playwright-core";
import { sleep } from "../../../concurrency/index.js";
import { FetchError } from "../../../http/client/fetch-error.js";
import { inOwnWorld } from "./own-world.js";

const patienceMs = 1000;
const longest = 2 * 2 ** 20; // characters
const expression = `(() => {
  const html = document.documentElement?.outerHTML ?? "";
  return { href: location.href, html: html.length > ${longest} ? undefined : html };
})()`;

/** The URL and the HTML of a page as it is now. Rejects with FetchError if it hangs, is too large, or failed to load. */
export async function readDocument(page: Page, session: CDPSession): Promise<{ url: URL; html: string }> {
  const end = performance.now() + patienceMs;
  for (let left = patienceMs; left > 0 && !page.isClosed(); left = end - performance.now()) {
    const read = await inOwnWorld(session, expression, left);
    if (read !== undefined) return checked(read as { href: string; html?: string });
    await sleep(20); // the page leaves for another one
  }
  if (page.isClosed()) throw new FetchError("error", "the browser has ended");
  throw new FetchError("timeout", "the page hangs: its scripts leave the browser no time to read it");
}

function checked({ href, html }: { href: string; html?: string }): { url: URL; html: string } {
  if (html === undefined) throw new FetchError("too_large", `the rendered page has more than ${longest} characters`);
  const url = new URL(href);
  if (!/^https?:$/.test(url.protocol)) throw new FetchError("error", "the page led to an address that does not load");
  return { url, html };
}
