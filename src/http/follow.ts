import { request } from "undici";
import { onAbort } from "../concurrency/cancellation.js";
import type { Dispatcher } from "./connections.js";
import { FetchError } from "./fetch-error.js";

export interface Exchange {
  dispatcher: Dispatcher;
  headers: Readonly<Record<string, string>>;
  /** The longest body to take, in bytes. */
  maxBody: number;
  signal: AbortSignal;
}

export interface Reply {
  /** Where the reply came from, after redirects. */
  url: URL;
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

const mostHops = 5;
const secrets = new Set(["authorization", "cookie", "proxy-authorization"]);

/**
 * GET `url`, following at most 5 redirects: only to http and https, never from https down to http, and once another
 * origin is reached without the headers that carry secrets.
 */
export async function follow(url: URL, { dispatcher, headers, maxBody, signal }: Exchange): Promise<Reply> {
  for (let hops = 0; ; hops++) {
    const reply = await orAbort(request(url, { dispatcher, headers, signal }), signal);
    const { statusCode: status, headers: replied, body } = reply;
    if (!isRedirect(status) || typeof replied.location !== "string") {
      return { url, status, headers: replied, body: await readBody(body, maxBody, status) };
    }
    body.on("error", () => {}).destroy(); // it says nothing we need
    if (hops === mostHops) throw new FetchError("redirect", `more than ${mostHops} redirects`, { status });
    const next = redirectTarget(replied.location, url, status);
    if (next.origin !== url.origin) headers = withoutSecrets(headers);
    url = next;
  }
}

/** undici leaves a request that is aborted while it connects pending; the connection itself ends with the dispatcher. */
function orAbort(reply: Promise<Dispatcher.ResponseData>, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    const forget = onAbort(signal, () => {
      reject(signal.reason);
      reply.then(({ body }) => body.on("error", () => {}).destroy()).catch(() => {});
    });
    reply.finally(forget).then(resolve, reject);
  });
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function redirectTarget(location: string, from: URL, status: number): URL {
  if (!URL.canParse(location, from.href))
    throw new FetchError("redirect", "redirected to something that is not a URL", { status });
  const target = new URL(location, from);
  if (target.protocol !== "http:" && target.protocol !== "https:") {
    throw new FetchError("redirect", "redirected to neither http nor https", { status });
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw new FetchError("redirect", "redirected from https down to http", { status });
  }
  return target;
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secrets.has(name.toLowerCase())));
}

async function readBody(body: AsyncIterable<Buffer>, maxBody: number, status: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBody) throw new FetchError("too_large", `the body is longer than ${maxBody} bytes`, { status });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
