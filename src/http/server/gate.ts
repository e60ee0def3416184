import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** The reason why a request does not reach the routes. */
export interface Refusal {
  status: number;
  reason: "host" | "target" | "origin" | "method";
  headers?: Readonly<Record<string, string>>;
  /** Advice for the operator of the server. */
  hint?: string;
}

export interface GateOptions {
  /** The address that the server is bound to. `0.0.0.0` and `::` are all addresses of the machine. */
  host: string;
  /** Further names that a Host header may have, besides that address and localhost. Default: none, and no option for them. */
  allowHosts?: readonly string[];
  /** Methods that the routes know (default: GET and HEAD). OPTIONS is answered here. */
  methods?: readonly string[] | undefined;
}

type Request = Pick<IncomingMessage, "method" | "url" | "headers" | "rawHeaders">;

const readOnly = ["GET", "HEAD"];

/**
 * The refusal of a request, before any route sees it. Undefined lets the request through. Node itself serves every
 * Host, so any site could point its own name at 127.0.0.1 and read the pages in a browser (DNS rebinding).
 */
export function refusal(
  { method = "", url = "", headers, rawHeaders }: Request,
  options: GateOptions,
): Refusal | undefined {
  const host = headers.host ?? "";
  const name = hostName(host);
  if (hostsOf(rawHeaders) !== 1 || name === undefined) return { status: 400, reason: "host" };
  if (!isTarget(url) && !(method === "OPTIONS" && url === "*")) return { status: 400, reason: "target" };
  if (!isOurHost(name, options)) return { status: 403, reason: "host", ...hint(options) };
  if (!isOurOrigin(headers, host)) return { status: 403, reason: "origin" };
  const { methods = readOnly } = options;
  if (methods.includes(method)) return undefined;
  return { status: method === "OPTIONS" ? 204 : 405, reason: "method", headers: allowed(methods) };
}

/** The header of a reply that names the methods. */
export function allowed(methods: readonly string[] = readOnly): { allow: string } {
  return { allow: [...methods, "OPTIONS"].join(", ") };
}

/** Only a server that takes further names has the option. */
function hint({ allowHosts }: GateOptions): Pick<Refusal, "hint"> {
  return allowHosts ? { hint: "name it with --allow-host" } : {};
}

/** The number of Host headers. `headers` has only the first one. */
function hostsOf(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]?.toLowerCase() === "host") count++;
  return count;
}

/** Whether the target is a path with an optional query, in characters of a URL and with complete escapes. */
function isTarget(url: string): boolean {
  return /^\/(?!\/)(?:[\w\-.~!$&'()*+,;=:@/?]|%[0-9a-f]{2})*$/i.test(url);
}

/** The name in `name:port`, in lower case and without the brackets of IPv6; undefined if there is none. */
function hostName(host: string): string | undefined {
  const [, name] = /^(\[[0-9a-f:.]+\]|[\w.-]{1,253})(?::\d{1,5})?$/i.exec(host) ?? [];
  return name?.toLowerCase().replace(/^\[|\]$/g, "");
}

/** Unlike a name, an IP address cannot be pointed elsewhere. So a server on all addresses takes any of them. */
function isOurHost(name: string, { host, allowHosts = [] }: GateOptions): boolean {
  if (name === host.toLowerCase() || name === "localhost") return true;
  if ((host === "0.0.0.0" || host === "::") && isIP(name) !== 0) return true;
  return allowHosts.some((allowed) => allowed.toLowerCase() === name);
}

/** Browsers say which site a script, image or link belongs to. Other programs send neither header, and pass. */
function isOurOrigin(headers: Request["headers"], host: string): boolean {
  if (headers["sec-fetch-site"] === "cross-site") return false;
  const { origin } = headers;
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}
