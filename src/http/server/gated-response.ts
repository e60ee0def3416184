import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import { securityHeaders } from "./settings.js";

const entries = Object.entries(securityHeaders);

/**
 * A response with the security headers, unless a handler sets one of them itself. They are added as its head is
 * written, in Node's quick form. Setting each of them first takes 1 µs more.
 */
export class GatedResponse extends ServerResponse {
  override writeHead(
    status: number,
    ...rest: (string | OutgoingHttpHeaders | OutgoingHttpHeader[] | undefined)[]
  ): this {
    const [headers = {}] = rest;
    const isPlain = typeof headers === "object" && !Array.isArray(headers) && rest.length < 2;
    if (isPlain && this.getHeaderNames().length === 0) return super.writeHead(status, withSecurity(headers));
    for (const [name, value] of entries) if (!this.hasHeader(name)) this.setHeader(name, value);
    return super.writeHead(status, ...(rest as [OutgoingHttpHeaders?]));
  }
}

/** The headers as a list of names and values. Those of the handler replace ours. */
function withSecurity(headers: OutgoingHttpHeaders): OutgoingHttpHeader[] {
  const list: OutgoingHttpHeader[] = [];
  const own: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    own.push(name.toLowerCase());
    list.push(name, value);
  }
  for (const [name, value] of entries) if (!own.includes(name)) list.push(name, value);
  return list;
}
