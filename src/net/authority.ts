import { isIPv6 } from "node:net";

/** Host and port as in a URL: `127.0.0.1:8088`, `[::1]:8088`. */
export function authority(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
