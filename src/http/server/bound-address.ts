import type { AddressInfo } from "node:net";
import { ExitError } from "../../concurrency/index.js";
import { authority } from "../../net/authority.js";
import { whyNotBound } from "../../net/bind-errors.js";

/** The URL of a server: `http://127.0.0.1:8088`, without a slash at the end. */
export function urlOf({ address, port }: Pick<AddressInfo, "address" | "port">): string {
  const isAny = address === "0.0.0.0" || address === "::";
  return `http://${authority(isAny ? "localhost" : address, port)}`;
}

/** The error for an address that cannot be bound: one line, with advice. */
export function cannotListen({ host, port }: { host: string; port: number }, error: NodeJS.ErrnoException): ExitError {
  return new ExitError(1, `cannot listen on ${authority(host, port)}: ${whyNotBound(error)}`);
}
