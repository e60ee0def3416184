import { STATUS_CODES } from "node:http";
import { securityHeaders } from "./settings.js";

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** The status for a request that Node could not read. */
export function statusOf({ code = "" }: NodeJS.ErrnoException): number {
  return statuses[code] ?? 400;
}

/** A last reply without a body, as text for a socket for which Node has no response object. */
export function rawReply(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const all = { ...securityHeaders, ...headers, connection: "close", "content-length": "0" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`;
}
