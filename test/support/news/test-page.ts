import type { IncomingMessage, ServerResponse } from "node:http";

/** A page or a feed, and its headlines as `lab news` must read them. */
export interface TestPage {
  /** What it tries. Its path is made of it. */
  name: string;
  /** Content-Type (default: none). */
  type?: string;
  headers?: Record<string, string>;
  /** A function answers by itself. */
  body: string | Buffer | ((request: IncomingMessage, response: ServerResponse) => void);
  /** `title | path`, or `title | URL` for another origin, with `| date` behind if there is one; or the class of the error. */
  expected: readonly string[] | string;
  /** A selector in place of that for headings. */
  select?: string;
}

export function html(body: string, head = ""): string {
  return `<!doctype html><html><head><title>Test</title>${head}</head><body>${body}</body></html>`;
}

export function rss(items: string, attributes = ""): string {
  return `<?xml version="1.0"?><rss version="2.0"${attributes}><channel><title>Test</title><link>/</link>${items}</channel></rss>`;
}

export function atom(entries: string, attributes = ""): string {
  return `<feed xmlns="http://www.w3.org/2005/Atom"${attributes}><title>Test</title>${entries}</feed>`;
}
