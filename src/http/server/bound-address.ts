import { type AddressInfo, isIPv6 } from "node:net";
import { ExitError } from "../../concurrency/index.js";

/** The URL of a server: `http://127.0.0.1:8088`, without a slash at the end. */
export function urlOf({ address, port }: Pick<AddressInfo, "address" | "port">): string {
  const isAny = address === "0.0.0.0" || address === "::";
  return `http://${authority(isAny ? "localhost" : address, port)}`;
}

/** The error for an address that cannot be bound, in one line that says what to do. */
export function cannotListen(
  { host, port }: { host: string; port: number },
  { code = "", message }: NodeJS.ErrnoException,
): ExitError {
  return new ExitError(1, `cannot listen on ${authority(host, port)}: ${reasons[code] ?? message}`);
}

function authority(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

const reasons: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use: choose another, or 0 for any free one, or end the other program",
  EACCES: "not allowed: ports below 1024 belong to the system, choose a higher one",
  EADDRNOTAVAIL: "this machine has no such address",
};
