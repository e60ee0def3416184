import { type Dispatcher, request } from "undici";
import { FetchError } from "./fetch-error.js";

export interface Exchange {
  dispatcher: Dispatcher;
  headers: Readonly<Record<string, string>>;
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
const longestBody = 10 * 2 ** 20; // bytes; what a server may make us hold in memory
const secrets = new Set(["authorization", "cookie", "proxy-authorization"]);

/**
 * GET `url`, following at most 5 redirects: only to http and https, never from https down to http, and once another
 * origin is reached without the headers that carry secrets. Reads at most 10 MiB.
 */
export async function follow(url: URL, { dispatcher, headers, signal }: Exchange): Promise<Reply> {
  for (let hops = 0; ; hops++) {
    const reply = await request(url, { dispatcher, headers, signal });
    const { location } = reply.headers;
    if (!isRedirect(reply.statusCode) || typeof location !== "string") {
      return { url, status: reply.statusCode, headers: reply.headers, body: await readBody(reply.body) };
    }
    reply.body.on("error", () => {}).destroy(); // it says nothing we need
    if (hops === mostHops) throw new FetchError("redirect", `more than ${mostHops} redirects`);
    const next = redirectTarget(location, url);
    if (next.origin !== url.origin) headers = withoutSecrets(headers);
    url = next;
  }
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

function redirectTarget(location: string, from: URL): URL {
  if (!URL.canParse(location, from.href)) throw new FetchError("redirect", "redirected to something that is not a URL");
  const target = new URL(location, from);
  if (target.protocol !== "http:" && target.protocol !== "https:") {
    throw new FetchError("redirect", `redirected to a ${target.protocol} URL`);
  }
  if (from.protocol === "https:" && target.protocol === "http:") {
    throw new FetchError("redirect", "redirected from https down to http");
  }
  return target;
}

function withoutSecrets(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !secrets.has(name.toLowerCase())));
}

async function readBody(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > longestBody) throw new FetchError("too_large", `the body is longer than ${longestBody} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
