import { excerpt } from "./excerpt.js";

/** What went wrong with a request, in words that stay the same from release to release. */
export type ErrorClass =
  | "bad_body"
  | "bad_url"
  | "dns"
  | "error"
  | "headers"
  | "protocol"
  | "redirect"
  | "refused"
  | "reset"
  | "status"
  | "timeout"
  | "tls"
  | "too_large";

/** A request that did not end in a usable reply. `status`: of the reply, if there was one. */
export class FetchError extends Error {
  static {
    FetchError.prototype.name = "FetchError";
  }
  readonly class: ErrorClass;
  readonly status: number | undefined;

  constructor(errorClass: ErrorClass, message: string, opts: { status?: number; cause?: unknown } = {}) {
    super(message, { cause: opts.cause });
    this.class = errorClass;
    this.status = opts.status;
  }
}

/** `error` as a FetchError. What is no fault of the network, the server or the request is thrown as it is. */
export function toFetchError(error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  const errorClass = errorClassOf(error);
  if (errorClass === undefined) throw error;
  const { message, code, data } = error as NodeJS.ErrnoException & { data?: unknown };
  const got = typeof data === "string" && data !== "" ? `, got ${excerpt(Buffer.from(data))}` : ""; // of what is no HTTP
  return new FetchError(errorClass, `${message || code}${got}`, { cause: error });
}

/** The class of a FetchError, or of what undici, Node or OpenSSL give a code; undefined for any other error. */
export function errorClassOf(error: unknown): ErrorClass | undefined {
  if (error instanceof FetchError) return error.class;
  const { code, name } = error as NodeJS.ErrnoException;
  if (typeof code === "string") return classes.find(([pattern]) => pattern.test(code))?.[1] ?? "error";
  return name === "HTTPParserError" ? "protocol" : undefined; // undici gives some of these no code
}

const classes: readonly (readonly [RegExp, ErrorClass])[] = [
  [/^(ENOTFOUND|EAI_)/, "dns"],
  [/^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "refused"],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_(REQ|RES)_CONTENT_LENGTH_MISMATCH)$/, "reset"],
  [/^(ETIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT)$/, "timeout"],
  [/^(UND_ERR_HEADERS_OVERFLOW|HPE_HEADER_OVERFLOW)$/, "headers"],
  [/^(HPE_|ERR_ASSERTION$)/, "protocol"],
  [/^(ERR_TLS|ERR_SSL|EPROTO|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA)/, "tls"],
];
