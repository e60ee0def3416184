import { STATUS_CODES } from "node:http";
import { excerpt } from "../../http/client/excerpt.js";
import { FetchError } from "../../http/client/fetch-error.js";
import type { Reply } from "../../http/client/request.js";

/** The quote in a reply of the shape `{"contents":{"quotes":[{"quote","author"}]}}`. Throws FetchError for any other. */
export function parseQuote({ status, body }: Pick<Reply, "status" | "body">): { quote: string; author: string | null } {
  if (status < 200 || status > 299) {
    throw new FetchError("status", `HTTP ${status} ${STATUS_CODES[status] ?? ""}: ${excerpt(body)}`, { status });
  }
  const first = firstQuote(parseJson(body, status));
  if (!isObject(first) || typeof first.quote !== "string") {
    throw new FetchError("bad_body", `expected contents.quotes[0].quote, got ${excerpt(body)}`, { status });
  }
  return { quote: first.quote, author: typeof first.author === "string" ? first.author : null };
}

function parseJson(body: Buffer, status: number): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new FetchError("bad_body", `expected JSON, got ${excerpt(body)}`, { status, cause });
  }
}

function firstQuote(data: unknown): unknown {
  if (!isObject(data) || !isObject(data.contents) || !Array.isArray(data.contents.quotes)) return undefined;
  return data.contents.quotes[0];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
