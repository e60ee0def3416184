import { STATUS_CODES } from "node:http";
import { securityHeaders } from "./settings.js";

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };

/** What to answer to a request that Node could not read. */
export function statusOf({ code = "" }: NodeJS.ErrnoException): number {
  return statuses[code] ?? 400;
}

/** A reply without a body, the last one of its connection, for where Node gives no response to write to. */
export function rawReply(status: number, headers: Readonly<Record<string, string>> = {}): string {
  const all = { ...securityHeaders, ...headers, connection: "close", "content-length": "0" };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`;
}
