import type { Dispatcher } from "undici";
import { counted } from "../../text/counted.js";
import { Body, type BodyOptions, emptyBody } from "./body.js";
import type { Expirable } from "./deadlines.js";
import { type ErrorClass, FetchError } from "./fetch-error.js";
import { firstHeader, joinedHeaders, type RawHeaders } from "./raw-headers.js";
import { type Deadline, type HttpRequest, isRedirect, type Reply } from "./request.js";
import { toFetchError } from "./to-fetch-error.js";

const longestUnused = 64 * 1024; // bytes: reading more would cost more than a new connection
const mostInterim = 100;

/**
 * undici's handler of one request, which becomes the reply. It has the handler interface of undici 7's own request().
 * The newer interface makes an object of the headers of every reply, and hardly any reply needs that.
 */
export class Receiver implements Dispatcher.DispatchHandler, Expirable, Reply {
  index = -1;
  readonly url: URL;
  /** 0 until the headers have come. */
  status = 0;
  /** Length of the body: the bytes that came so far, and the decoded ones at the end. */
  bytes = 0;
  /** The whole reply has come, so its connection can be used again. */
  isComplete = false;
  /** Resolves with this receiver once the reply is whole and decoded, or of use as it is. Rejects once it cannot be. */
  readonly reply: Promise<Reply>;
  readonly #options: BodyOptions;
  readonly #isHead: boolean;
  readonly #deadline: Deadline;
  #started = false;
  /** Redirected by status and Location. Nobody reads the body then. */
  #isRedirect = false;
  #headers: RawHeaders = [];
  /** Undefined if nobody needs the bytes, only their number. */
  #body: Body | undefined;
  #interim = 0;
  #resolve: (reply: Reply) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor({ url, method }: Pick<HttpRequest, "url" | "method">, options: BodyOptions, deadline: Deadline) {
    this.url = url;
    this.#isHead = method === "HEAD";
    this.#options = options;
    this.#deadline = deadline;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get body(): Buffer {
    return this.#isWanted && this.#body ? this.#body.content : emptyBody;
  }

  header(name: string): string | undefined {
    return firstHeader(this.#headers, name);
  }

  /** Not one byte of the reply has come. */
  get isUnanswered(): boolean {
    return !this.#started;
  }

  get deadlineAt(): number {
    return this.#deadline.at;
  }

  expire(): void {
    this.#fail("timeout", `no answer within ${Math.round(this.#deadline.timeoutMs * 1000) / 1000} ms`);
    this.#body?.stopDecoding();
  }

  cancel(reason: unknown): void {
    this.#reject(reason);
    this.#body?.stopDecoding();
  }

  onConnect(): void {}

  onResponseStarted(): void {
    this.#started = true;
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 100)
      this.#fail("protocol", `expected a status of 100 or more, got ${String(status).padStart(3, "0")}`);
    if (status < 200) return this.#onInterim();
    this.status = status;
    this.#headers = headers;
    this.#isRedirect = isRedirect(status) && (this.header("location")?.trim() ?? "") !== "";
    if (this.#isRedirect) return true;
    // Even the length needs the bytes if they are to be decoded.
    if (this.#isWanted || this.header("content-encoding") !== undefined) this.#body = new Body(this.#options);
    if (!this.#hasNoBody && Number(this.header("content-length") ?? 0) > this.#options.maxBody) this.#failAsTooLong();
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.#isRedirect && this.bytes > longestUnused) this.#resolve(this);
    else if (!this.#isRedirect && this.bytes > this.#options.maxBody) this.#failAsTooLong();
    else this.#body?.add(chunk);
    return true;
  }

  onComplete(): void {
    this.isComplete = true;
    const body = this.#body;
    const coding = body && joinedHeaders(this.#headers, "content-encoding");
    if (body && coding !== undefined) void this.#decode(body, coding);
    else this.#resolve(this);
  }

  onError(error: unknown): void {
    // A 204 or 304 may have the Content-Length of the body that it leaves out. undici takes that body for missing.
    const isWhole = this.status > 0 && this.#hasNoBody && this.bytes === 0;
    if (this.#isRedirect || isWhole) this.#resolve(this);
    else this.#reject(toFetchError(error, { started: this.#started, status: this.status || undefined }));
  }

  /** The reply follows 103 Early Hints and the like, but a server could send them without an end. */
  #onInterim(): boolean {
    if (++this.#interim > mostInterim) this.#fail("protocol", `more than ${mostInterim} interim replies`);
    return true;
  }

  get #isWanted(): boolean {
    return this.#options.keepBody !== false;
  }

  get #hasNoBody(): boolean {
    return this.#isHead || this.status === 204 || this.status === 304;
  }

  async #decode(body: Body, coding: string): Promise<void> {
    try {
      this.bytes = await body.decode(coding, this.status);
    } catch (error) {
      if (this.status < 400) return this.#reject(error);
      // The status of a failure counts even if its body is broken.
      this.#body = undefined;
      this.bytes = 0;
    }
    this.#resolve(this);
  }

  #failAsTooLong(): void {
    this.#fail("too_large", `the body is longer than ${counted(this.#options.maxBody, "byte")}`);
  }

  /** exchange() cuts the connection when the reply rejects. */
  #fail(errorClass: ErrorClass, message: string): void {
    this.#reject(new FetchError(errorClass, message, { status: this.status || undefined }));
  }
}
