import { oneLine } from "./excerpt.js";

/** The kind of a failure. These words stay the same from release to release. */
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

/** A request without a usable reply. Its message is one line of at most 200 characters. */
export class FetchError extends Error {
  static {
    FetchError.prototype.name = "FetchError";
  }
  readonly class: ErrorClass;
  /** Status of the reply, if its headers came. */
  readonly status: number | undefined;
  /** Origin of the request that failed, after redirects; undefined if none was sent. */
  origin: string | undefined;

  constructor(errorClass: ErrorClass, message: string, opts: { status?: number | undefined; cause?: unknown } = {}) {
    super(oneLine(message), { cause: opts.cause });
    this.class = errorClass;
    this.status = opts.status;
  }
}
