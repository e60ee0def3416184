import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** Why a request does not get through to the routes. */
export interface Refusal {
  status: number;
  reason: "host" | "target" | "origin" | "method";
  headers?: Readonly<Record<string, string>>;
  /** What whoever runs the server can do about it. */
  hint?: string;
}

export interface GateOptions {
  /** The address the server is bound to; `0.0.0.0` and `::` are all of the machine's. */
  host: string;
  /** Names that requests may ask for besides that address and localhost (default: none). */
  allowHosts?: readonly string[];
}

type Request = Pick<IncomingMessage, "method" | "url" | "headers" | "rawHeaders">;

const allow = { allow: "GET, HEAD, OPTIONS" };

/**
 * Look at a request before any route does: undefined lets it through. Without this, Node serves a page whatever host
 * the browser believes it talks to, and so to any site that points its own name at 127.0.0.1 (DNS rebinding).
 */
export function refusal({ method, url = "", headers, rawHeaders }: Request, options: GateOptions): Refusal | undefined {
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host").length;
  const host = headers.host ?? "";
  if (hosts !== 1 || hostName(host) === undefined) return { status: 400, reason: "host" };
  if (!isTarget(url) && !(method === "OPTIONS" && url === "*")) return { status: 400, reason: "target" };
  if (!isOurHost(hostName(host) ?? "", options))
    return { status: 403, reason: "host", hint: "name it with --allow-host" };
  if (!isOurOrigin(headers, host)) return { status: 403, reason: "origin" };
  if (method === "OPTIONS") return { status: 204, reason: "method", headers: allow };
  if (method !== "GET" && method !== "HEAD") return { status: 405, reason: "method", headers: allow };
  return undefined;
}

/** A path and perhaps a query, in the characters a URL is made of, each escape whole. */
function isTarget(url: string): boolean {
  return /^\/(?!\/)(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*$/i.test(url);
}

/** The name in `name:port`, in lower case and without the brackets of IPv6; undefined if it is none. */
function hostName(host: string): string | undefined {
  const [, name] = /^(\[[0-9a-f:.]+\]|[\w.-]{1,253})(?::\d{1,5})?$/i.exec(host) ?? [];
  return name?.toLowerCase().replace(/^\[|\]$/g, "");
}

/** An address cannot be pointed elsewhere as a name can, so on a machine with many each of them will do. */
function isOurHost(name: string, { host, allowHosts = [] }: GateOptions): boolean {
  if (name === host.toLowerCase() || name === "localhost") return true;
  if ((host === "0.0.0.0" || host === "::") && isIP(name) !== 0) return true;
  return allowHosts.some((allowed) => allowed.toLowerCase() === name);
}

/** What browsers say of who asks: another page's script, image or link. Programs that are no browsers say nothing. */
function isOurOrigin(headers: Request["headers"], host: string): boolean {
  if (headers["sec-fetch-site"] === "cross-site") return false;
  const { origin } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}
