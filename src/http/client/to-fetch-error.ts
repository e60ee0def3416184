import { excerpt } from "./excerpt.js";
import { type ErrorClass, FetchError } from "./fetch-error.js";

/** How far a reply had come when its request failed. */
export interface ReplyProgress {
  /** Its first bytes were there. */
  started: boolean;
  /** Its status, once its headers were complete. */
  status: number | undefined;
}

/**
 * What undici says of a request that failed, as a FetchError. An error that no network and no server can cause is a bug,
 * and comes back as it is.
 */
export function toFetchError(error: unknown, { started, status }: ReplyProgress): unknown {
  const { message, code, name, syscall, data } = error as NodeJS.ErrnoException & { data?: unknown };
  const fail = (errorClass: ErrorClass, words: string) => new FetchError(errorClass, words, { status, cause: error });
  if (code === "ERR_ASSERTION") return started ? fail("protocol", "the reply breaks the rules of HTTP/1.1") : error;
  const unasked = code === "UND_ERR_SOCKET" ? refused.get(message) : undefined;
  if (unasked) return fail("protocol", `expected a reply, got ${unasked}, which nobody asked for`);
  // undici says so of whatever it cannot parse, once there was a Content-Length.
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" && status === undefined)
    return fail("protocol", "the headers of the reply contradict each other, or break the rules of HTTP/1.1");
  if (syscall === "getaddrinfo") return fail("dns", message); // EINVAL for a name that is too long, among others
  const got = typeof data === "string" && data !== "" ? `, got ${excerpt(Buffer.from(data))}` : ""; // of what is no HTTP
  const errorClass = typeof code === "string" ? classOf(code) : name === "HTTPParserError" ? "protocol" : undefined;
  return errorClass ? fail(errorClass, `${message || code}${got}`) : error;
}

/** Replies that undici's parser refuses, 100 though it is harmless, by the words of its SocketError. */
const refused: ReadonlyMap<string, string> = new Map([
  ["bad response", "100 Continue"],
  ["bad upgrade", "101 Switching Protocols"],
]);

/** Undefined for a code that says that we called Node the wrong way. */
function classOf(code: string): ErrorClass | undefined {
  if (/^ERR_INVALID_(?!IP_ADDRESS|ADDRESS_FAMILY)/.test(code)) return undefined;
  return classes.find(([pattern]) => pattern.test(code))?.[1] ?? "error";
}

const classes: readonly (readonly [RegExp, ErrorClass])[] = [
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "refused"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_(REQ|RES)_CONTENT_LENGTH_MISMATCH)$/, "reset"],
  [/^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, "timeout"],
  [/^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)$/, "headers"],
  [/^HPE_/, "protocol"],
  [/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/, "tls"],
];
