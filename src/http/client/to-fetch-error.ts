import { excerpt } from "./excerpt.js";
import { type ErrorClass, FetchError } from "./fetch-error.js";
import { type TlsError, tlsWords } from "./tls-words.js";

/** The part of a reply that had come when its request failed. */
export interface ReplyProgress {
  /** The first bytes have come. */
  started: boolean;
  /** Undefined until the headers are complete. */
  status: number | undefined;
}

/**
 * Turn an error of undici into a FetchError. An error that no network and no server can cause is a bug, and is returned
 * as it is.
 */
export function toFetchError(error: unknown, { started, status }: ReplyProgress): unknown {
  const { message, code, name, syscall, data } = error as NodeJS.ErrnoException & { data?: unknown };
  const fail = (errorClass: ErrorClass, words: string) => new FetchError(errorClass, words, { status, cause: error });
  if (code === "ERR_ASSERTION") return started ? fail("protocol", "the reply breaks the rules of HTTP/1.1") : error;
  const unasked = code === "UND_ERR_SOCKET" ? refused.get(message) : undefined;
  if (unasked) return fail("protocol", `expected a reply, got ${unasked}, which nobody asked for`);
  // undici reports this for every reply that it cannot parse after a Content-Length.
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" && status === undefined)
    return fail("protocol", "the headers of the reply contradict each other, or break the rules of HTTP/1.1");
  if (syscall === "getaddrinfo") return fail("dns", message); // EINVAL for a name that is too long, among others
  // `data` has the bytes that are no HTTP.
  const got = typeof data === "string" && data !== "" ? `, got ${excerpt(Buffer.from(data))}` : "";
  const errorClass = typeof code === "string" ? classOf(code) : name === "HTTPParserError" ? "protocol" : undefined;
  if (errorClass === "tls") return fail("tls", tlsWords(error as TlsError));
  return errorClass ? fail(errorClass, `${message || code}${got}`) : error;
}

/** Replies that undici's parser refuses, by the message of its SocketError. It refuses even the harmless 100. */
const refused: ReadonlyMap<string, string> = new Map([
  ["bad response", "100 Continue"],
  ["bad upgrade", "101 Switching Protocols"],
]);

/** Undefined for a code that means that we called Node wrongly. */
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
