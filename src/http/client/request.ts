import { unescape as decoded } from "node:querystring";

export interface HttpRequest {
  url: URL;
  /** Default: GET. */
  method?: string | undefined;
  /** Default: only the headers that HTTP needs. An undefined one is left out, even where it would be derived. */
  headers?: Readonly<Record<string, string | undefined>> | undefined;
  body?: string | Buffer | undefined;
}

/** The point in time by which a request must be done, its redirects and retries included. */
export interface Deadline {
  /** On the clock of performance.now(). A wait for a slot at another host moves it back. */
  at: number;
  /** The time the request had at its start, in milliseconds. */
  timeoutMs: number;
}

export interface Reply {
  /** The URL that sent the reply, after redirects. */
  readonly url: URL;
  readonly status: number;
  /** The value of the first header of that name; undefined if there is none. `name` is in lower case. */
  header(name: string): string | undefined;
  /** Without its content coding. Empty with `keepBody: false`. */
  readonly body: Buffer;
  /** Length of the body in bytes, without its content coding. */
  readonly bytes: number;
}

/** Whether `status` redirects to the URL in the Location header. */
export function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/**
 * The request with the user and the password of its URL as Basic authentication, as curl sends them. An `authorization`
 * header of the request wins.
 */
export function withBasicAuthorization(request: HttpRequest): HttpRequest {
  const { username, password } = request.url;
  const secret = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString("base64");
  return { ...request, headers: { authorization: `Basic ${secret}`, ...request.headers } };
}
