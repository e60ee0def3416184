import { isIP, isIPv6 } from "node:net";
import { resolve } from "node:path";
import { isLoopback } from "../net/loopback.js";
import { cut } from "../text/cut.js";

/** A checked address to bind or connect to. ZeroMQ itself binds port 99999 as 34463 without an error. */
export interface Endpoint {
  /** In ZeroMQ's form, such as `tcp://127.0.0.1:5557`. */
  readonly address: string;
  /** Whether only this machine can reach it. */
  readonly local: boolean;
  /** Whether its socket has to be able to use IPv6. */
  readonly ipv6: boolean;
  /** Only of an endpoint to connect to whose host is a name. Its addresses have to be looked up. */
  readonly name?: { readonly host: string; readonly port: number };
}

/** A rule that an endpoint breaks, worded to follow the flag: `must be …, got "x"`. */
export class BadEndpoint extends Error {}

/**
 * An endpoint to bind to: `tcp://host:port` or `ipc://path`. The host is an IP address, an interface, `*` for all
 * interfaces, or `localhost` for 127.0.0.1. An IPv6 address stands in brackets. Port 0 is any free port. Throws BadEndpoint.
 */
export function bindEndpoint(text: string): Endpoint {
  return parse(text, 0);
}

/** An endpoint to connect to: `tcp://host:port` or `ipc://path`. Throws BadEndpoint. */
export function connectEndpoint(text: string): Endpoint {
  const endpoint = parse(text, 1);
  const [, host = "", port] = /^tcp:\/\/([^[]*):(\d+)$/.exec(endpoint.address) ?? [];
  if (host === "*") throw new BadEndpoint(`must name the host to connect to, got ${quoted(text)}`);
  if (host === "" || isIP(host) !== 0) return endpoint;
  return { ...endpoint, ipv6: true, name: { host, port: Number(port) } };
}

/** Hosts that stand for every address of this machine. */
const everyHost = ["*", "0.0.0.0", "[::]"];

/**
 * Whether two endpoints cannot be bound at the same time. True for other spellings of an address. An interface is only
 * compared by its name. Port 0 and `ipc://*` are free ones.
 */
export function collide(one: Endpoint, other: Endpoint): boolean {
  const [a, b] = [placeOf(one), placeOf(other)];
  if (a.port !== b.port || a.port === "0") return false;
  return a.host === b.host || everyHost.includes(a.host) || everyHost.includes(b.host);
}

function placeOf({ address }: Endpoint): { host: string; port: string } {
  const path = /^ipc:\/\/(.*)$/.exec(address)?.[1];
  if (path !== undefined) return { host: resolve(path), port: path === "*" ? "0" : "ipc" };
  const [, host = "", port = ""] = /^tcp:\/\/(.*):(\d+)$/.exec(address) ?? [];
  const url = `http://${host}`; // URL shortens an IP address
  return { host: URL.canParse(url) ? new URL(url).hostname : host, port };
}

function parse(text: string, leastPort: 0 | 1): Endpoint {
  if (/^ipc:\/\/.{101}/.test(text)) throw new BadEndpoint(`must have a path of at most 100 bytes, got ${quoted(text)}`);
  const path = /^ipc:\/\/([\x21-\x7e]{1,100})$/.exec(text)?.[1];
  if (path !== undefined) return { address: text, local: true, ipv6: false };
  if (/^ipc:\/\/./.test(text))
    throw new BadEndpoint(`must have a path of ASCII characters, without spaces, got ${quoted(text)}`);

  const [, typed = "", port = ""] = /^tcp:\/\/(\*|[a-zA-Z\d][\w.-]{0,252}|\[[^\s[\]]+\]):([^:]*)$/.exec(text) ?? [];
  const host = typed.toLowerCase() === "localhost" && leastPort === 0 ? "127.0.0.1" : typed;
  const ipv6 = host.startsWith("[");
  if (host === "" || (ipv6 && !isIPv6(host.slice(1, -1))))
    throw new BadEndpoint(`must be tcp://host:port or ipc://path, got ${quoted(text)}`);
  if (!/^\d{1,5}$/.test(port) || Number(port) < leastPort || Number(port) > 65535) {
    const orAny = leastPort === 0 ? " (0: any free one)" : "";
    throw new BadEndpoint(`must end with a port from 1 to 65535${orAny}, got ${quoted(text)}`);
  }
  return { address: `tcp://${host}:${Number(port)}`, local: isLoopback(host), ipv6 };
}

function quoted(text: string): string {
  return JSON.stringify(cut(text, 60));
}
