import { oneLine } from "./excerpt.js";

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

/** A request that did not end in a usable reply. Its message is one line of at most 200 characters. */
export class FetchError extends Error {
  static {
    FetchError.prototype.name = "FetchError";
  }
  readonly class: ErrorClass;
  /** Of the reply, if its headers came. */
  readonly status: number | undefined;
  /** Where the request failed that last went out, after redirects; undefined if none did. */
  origin: string | undefined;

  constructor(errorClass: ErrorClass, message: string, opts: { status?: number | undefined; cause?: unknown } = {}) {
    super(oneLine(message), { cause: opts.cause });
    this.class = errorClass;
    this.status = opts.status;
  }
}
