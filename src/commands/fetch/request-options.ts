import type { FetchOptions } from "../../labs/fetch.js";
import { methodOf } from "./check-options.js";
import type { FetchCommandOptions } from "./command-options.js";
import type { TypedHeader } from "./values.js";

/** Method, headers and body of each request. A body without a type is a form, as in curl. */
export function toRequest({ header = [], ...typed }: FetchCommandOptions): FetchOptions["request"] {
  const { data } = typed;
  const headers = new Map<string, string | undefined>([
    ["user-agent", "asyncio-lab"],
    ["accept", "*/*"],
  ]);
  if (data !== undefined) headers.set("content-type", "application/x-www-form-urlencoded");
  for (const [name, value] of joined(header)) headers.set(name, value);
  return { method: methodOf(typed), headers: Object.fromEntries(headers), body: data };
}

/** A repeated header becomes one with all values: cookies joined by `; ` (RFC 6265), others by a comma (RFC 9110). */
function joined(typed: readonly TypedHeader[]): Map<string, string | undefined> {
  const headers = new Map<string, string | undefined>();
  for (const [name, value] of typed) {
    const before = headers.get(name);
    const separator = name === "cookie" ? "; " : ", ";
    if (value === undefined)
      headers.set(name, before); // as in curl, a value of the command line stays
    else headers.set(name, before === undefined ? value : `${before}${separator}${value}`);
  }
  return headers;
}
