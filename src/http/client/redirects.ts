import { isUtf8 } from "node:buffer";
import { type ExchangeOptions, exchange } from "./exchange.js";
import { FetchError } from "./fetch-error.js";
import { type Deadline, type HttpRequest, isRedirect, type Reply } from "./request.js";

const mostHops = 5;
/** Headers for one origin only: its secrets and its name. */
const originHeaders = new Set(["authorization", "cookie", "host", "proxy-authorization", "x-api-key"]);
const bodyHeader = /^content-/i;

/**
 * Follow the redirects that begin with `reply`, and resolve with the first reply that is no redirect, or has no Location. At most 5 are
 * followed, only to http and https, and never from https to http. Another origin gets no secrets and no Host of the
 * first one. A 303 continues as GET, and so does a 301 or 302 after a POST. A HEAD stays a HEAD.
 * Rejects with FetchError, of class `redirect` for a redirect that is not followed. Cancellation: as in exchange().
 */
export async function followRedirects(
  request: HttpRequest,
  reply: Reply,
  options: ExchangeOptions,
  deadline: Deadline,
): Promise<Reply> {
  for (let hops = 0; ; hops++) {
    const { status } = reply;
    const location = isRedirect(status) ? asUtf8(reply.header("location")).trim() : "";
    if (location === "") return reply;
    if (hops === mostHops) throw new FetchError("redirect", `more than ${mostHops} redirects`, { status });
    request = redirected(request, redirectTarget(location, request.url, status), status);
    if (options.slot) await options.slot.moveTo(request.url.host, deadline);
    reply = await exchange(request, options, deadline);
  }
}

/** Headers are Latin-1, but servers write UTF-8 into a Location, so valid UTF-8 is read as such. */
function asUtf8(header = ""): string {
  const bytes = Buffer.from(header, "latin1");
  return isUtf8(bytes) ? bytes.toString() : header;
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

function redirected(
  { url, method = "GET", headers = {}, body }: HttpRequest,
  target: URL,
  status: number,
): HttpRequest {
  const asGet = status === 303 ? method !== "HEAD" : method === "POST" && status < 303;
  const kept = Object.entries(headers)
    .filter(([name]) => target.origin === url.origin || !originHeaders.has(name.toLowerCase()))
    .filter(([name]) => !asGet || !bodyHeader.test(name));
  return {
    url: target,
    method: asGet ? "GET" : method,
    headers: Object.fromEntries(kept),
    body: asGet ? undefined : body,
  };
}
