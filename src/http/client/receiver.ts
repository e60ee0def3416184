import type { Dispatcher } from "undici";
import { counted } from "../../text/counted.js";
import { append } from "./append.js";
import type { Watched } from "./deadlines.js";
import { decode } from "./decode.js";
import { type ErrorClass, FetchError } from "./fetch-error.js";
import { firstHeader, joinedHeaders, type RawHeaders } from "./raw-headers.js";
import { type Deadline, type HttpRequest, isRedirect, type Reply } from "./request.js";
import { toFetchError } from "./undici-error.js";

const longestUnused = 64 * 1024; // bytes: less than a new connection costs

const mostInterim = 100;
const nothing: Buffer = Buffer.alloc(0);

export interface BodyOptions {
  /** The longest body to take, in bytes, before and after its content coding is undone. */
  maxBody: number;
  /** Whether `body` of the reply is wanted (default), or only its length. */
  keepBody?: boolean | undefined;
}

/**
 * What undici tells, piece by piece, of one reply, until it is that reply. Its handler of version 7's own request(): the
 * newer one turns the headers of every reply into an object, and hardly any reply needs that.
 */
export class Receiver implements Dispatcher.DispatchHandler, Watched, Reply {
  slot = -1;
  readonly url: URL;
  /** 0 until the headers have come. */
  status = 0;
  /** Of the body, as it comes, and once it is decoded of what that gave. */
  bytes = 0;
  /** All that belongs to the reply has come: its connection can be used again. */
  isComplete = false;
  /** Resolves with this once the reply is whole and decoded, or of use as it is; rejects once it cannot be. */
  readonly reply: Promise<Reply>;
  readonly #isHead: boolean;
  readonly #deadline: Deadline;
  readonly #maxBody: number;
  readonly #wanted: boolean;
  #keep: boolean;
  #started = false;
  /** The body is of no use: the reply only says where else to ask. */
  #unused = false;
  #headers: RawHeaders = [];
  /** What is kept, in one piece: a body of a million crumbs would be a million objects. */
  #body = nothing;
  #decoding: AbortController | undefined;
  #interim = 0;
  #resolve: (reply: Reply) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  /** The body is kept if `keepBody` says so, and until it is decoded if it has to be. */
  constructor(
    { url, method }: Pick<HttpRequest, "url" | "method">,
    { maxBody, keepBody = true }: BodyOptions,
    deadline: Deadline,
  ) {
    this.url = url;
    this.#isHead = method === "HEAD";
    this.#deadline = deadline;
    this.#maxBody = maxBody;
    this.#wanted = keepBody;
    this.#keep = keepBody;
    this.reply = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Without its content coding; empty if it was not wanted. */
  get body(): Buffer {
    return this.#wanted && this.#keep ? this.#kept : nothing;
  }

  header(name: string): string | undefined {
    return firstHeader(this.#headers, name);
  }

  /** Nothing of the reply has come. */
  get isUnanswered(): boolean {
    return !this.#started;
  }

  get deadlineAt(): number {
    return this.#deadline.at;
  }

  expire(): void {
    this.#fail("timeout", `no answer within ${Math.round(this.#deadline.timeoutMs * 1000) / 1000} ms`);
    this.#decoding?.abort();
  }

  cancel(reason: unknown): void {
    this.#reject(reason);
    this.#decoding?.abort();
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
    this.#unused = isRedirect(status) && this.header("location") !== undefined;
    this.#keep = !this.#unused && (this.#wanted || this.header("content-encoding") !== undefined);
    if (!this.#unused && !this.#hasNoBody && Number(this.header("content-length") ?? 0) > this.#maxBody)
      this.#failAsTooLong();
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.#unused && this.bytes > longestUnused) this.#resolve(this);
    else if (!this.#unused && this.bytes > this.#maxBody) this.#failAsTooLong();
    else if (this.#keep) this.#body = append(this.#body, this.bytes - chunk.length, chunk, this.#maxBody);
    return true;
  }

  onComplete(): void {
    this.isComplete = true;
    const coding = this.#keep ? joinedHeaders(this.#headers, "content-encoding") : undefined;
    if (coding === undefined) this.#resolve(this);
    else this.#decode(coding).then(this.#resolve, (error) => this.#failedToDecode(error));
  }

  onError(error: unknown): void {
    // A 204 or 304 may have the Content-Length of a body it leaves out, which undici takes for one that is missing.
    const isWhole = this.status > 0 && this.#hasNoBody && this.bytes === 0;
    if (this.#unused || isWhole) this.#resolve(this);
    else this.#reject(toFetchError(error, { started: this.#started, status: this.status || undefined }));
  }

  /** 103 Early Hints and its like: the reply is still to come, but nobody needs hundreds of them. */
  #onInterim(): boolean {
    if (++this.#interim > mostInterim) this.#fail("protocol", `more than ${mostInterim} interim replies`);
    return true;
  }

  get #hasNoBody(): boolean {
    return this.#isHead || this.status === 204 || this.status === 304;
  }

  get #kept(): Buffer {
    return this.#body.subarray(0, this.bytes);
  }

  async #decode(coding: string): Promise<this> {
    this.#decoding = new AbortController();
    const reply = { status: this.status, body: this.#kept };
    this.#body = await decode(reply, coding, this.#maxBody, this.#decoding.signal);
    this.bytes = this.#body.length;
    return this;
  }

  /** Of a reply that says it has failed, nobody needs the body: what counts is its status. */
  #failedToDecode(error: unknown): void {
    if (this.status < 400) return this.#reject(error);
    this.#body = nothing;
    this.bytes = 0;
    this.#resolve(this);
  }

  #failAsTooLong(): void {
    this.#fail("too_large", `the body is longer than ${counted(this.#maxBody, "byte")}`);
  }

  /** Whoever waits for the reply cuts the connection then. */
  #fail(errorClass: ErrorClass, message: string): void {
    this.#reject(new FetchError(errorClass, message, { status: this.status || undefined }));
  }
}
