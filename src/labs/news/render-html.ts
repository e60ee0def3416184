/** `GET /render.html`, as the HTTP API of Splash has it: the notes' `news_fetch` asks it. */
import type { ServerResponse } from "node:http";
import { isCancelled, TimeoutError, timeout } from "../../concurrency/index.js";
import type { KeptSite } from "./kept-site.js";

const longestTimeout = 90; // seconds, as Splash has it
const usualTimeout = 30;
const longestWait = 8; // seconds that the scripts of a page run

/** The page is foreign: as a document of ours, none of its scripts may run. */
const policy = "default-src 'none'; sandbox";

/** An answer other than the page, in the words of Splash. */
class Refusal extends Error {
  readonly status: number;
  readonly type: string;

  constructor(status: number, type: string, message: string) {
    super(message);
    this.status = status;
    this.type = type;
  }
}

/**
 * Answer with the page of a site after its scripts. Other sites than the given ones are refused with 403. A client that
 * leaves does not wait for an asking any longer.
 */
export async function answerRender(
  target: string,
  response: ServerResponse,
  sites: readonly KeptSite[],
  signal: AbortSignal,
): Promise<void> {
  const left = new AbortController();
  response.once("close", () => left.abort());
  const either = AbortSignal.any([signal, left.signal]);
  try {
    const html = await rendered(new URL(target, "http://localhost").searchParams, sites, either);
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy })
      .end(html);
  } catch (error) {
    if (left.signal.aborted) return;
    const { status, type, message } = asRefusal(error, signal);
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(`${JSON.stringify({ error: status, type, description: message })}\n`);
  }
}

async function rendered(query: URLSearchParams, sites: readonly KeptSite[], signal: AbortSignal): Promise<string> {
  const seconds = numberIn(query, "timeout", usualTimeout, longestTimeout);
  const wait = numberIn(query, "wait", 0, seconds);
  const site = siteIn(query, sites);
  signal.throwIfAborted();
  const waitMs = Math.min(wait, longestWait) * 1000;
  const reading = await timeout(seconds * 1000, (own) => site.get(waitMs, own), { signal });
  const { error } = reading.report;
  if (!error) return reading.text;
  if (error.class === "timeout") throw new Refusal(504, "GlobalTimeoutError", error.message);
  throw new Refusal(502, "RenderError", `${error.class}: ${error.message}`);
}

function siteIn(query: URLSearchParams, sites: readonly KeptSite[]): KeptSite {
  const text = query.get("url") ?? "";
  if (!URL.canParse(text)) throw new Refusal(400, "BadOption", "url must be the URL of a site");
  const { href } = new URL(text);
  const site = sites.find((kept) => kept.site.url.href === href);
  if (!site) throw new Refusal(403, "Forbidden", "url must be one of the given sites");
  return site;
}

function numberIn(query: URLSearchParams, name: string, initial: number, most: number): number {
  const text = query.get(name) ?? `${initial}`;
  const value = /^\d{1,4}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (value <= most) return value;
  throw new Refusal(400, "BadOption", `${name} must be a number of seconds from 0 to ${most}`);
}

function asRefusal(error: unknown, signal: AbortSignal): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof TimeoutError) return new Refusal(504, "GlobalTimeoutError", "timeout exceeded");
  if (isCancelled(error, signal)) return new Refusal(503, "Closing", "the server is closing");
  return new Refusal(500, "InternalError", "see the output of the server"); // its group has the error
}
