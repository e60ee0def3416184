import type { Dispatcher } from "undici";
import type { Deadline } from "./exchange.js";
import { type ErrorClass, FetchError } from "./fetch-error.js";
import { isRedirect } from "./redirect.js";
import type { Watched } from "./watch.js";
import { toFetchError } from "./wire-error.js";

const longestUnused = 64 * 1024; // bytes: less than a new connection costs

const nothing = Buffer.alloc(0);

/**
 * What undici tells, piece by piece, of one reply. Its handler of version 7's own request(): the newer one turns the
 * headers of every reply into an object, and hardly any reply needs that.
 */
export class Receiver implements Dispatcher.DispatchHandler, Watched {
  place = -1;
  /** 0 until the headers have come. */
  status = 0;
  /** Of the body as it came, in bytes. */
  bytes = 0;
  /** The reply is of use, but something may still come on its connection, or nothing more can. */
  brokeOff = false;
  /** Resolves once the reply is complete; rejects once it cannot be. */
  readonly done: Promise<void>;
  readonly #deadline: Deadline;
  readonly #maxBody: number;
  #keep: boolean;
  #started = false;
  /** The body is of no use: the reply only says where else to ask. */
  #unused = false;
  #headers: readonly Buffer[] = [];
  /** What is kept, in one piece: a body of a million crumbs would be a million objects. */
  #body = nothing;
  #resolve = () => {};
  #reject = (_: unknown) => {};

  /** `maxBody`: in bytes. The body is kept if `keepBody` says so, or if it has to be decoded. */
  constructor(deadline: Deadline, { maxBody, keepBody }: { maxBody: number; keepBody?: boolean | undefined }) {
    this.#deadline = deadline;
    this.#maxBody = maxBody;
    this.#keep = keepBody ?? true;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** The body as it came, undefined if it was not kept. */
  get body(): Buffer | undefined {
    return this.#keep ? this.#body.subarray(0, this.bytes) : undefined;
  }

  header(name: string): string | undefined {
    for (let i = 0; i < this.#headers.length; i += 2) {
      const key = this.#headers[i];
      if (key?.length === name.length && key.toString("latin1").toLowerCase() === name)
        return this.#headers[i + 1]?.toString("latin1");
    }
    return undefined;
  }

  /** All headers of that name as one, as RFC 9110 has it. */
  joined(name: string): string | undefined {
    if (this.header(name) === undefined) return undefined;
    const pairs = this.#headers.map((text) => text.toString("latin1"));
    return pairs.filter((_, i) => i % 2 === 1 && pairs[i - 1]?.toLowerCase() === name).join(", ");
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
  }

  cancel(reason: unknown): void {
    this.#reject(reason);
  }

  onConnect(): void {}

  onResponseStarted(): void {
    this.#started = true;
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 100)
      this.#fail("protocol", `expected a status of 100 or more, got ${String(status).padStart(3, "0")}`);
    if (status < 200) return true; // 103 Early Hints and its like: the reply is still to come
    this.status = status;
    this.#headers = headers;
    this.#unused = isRedirect(status) && this.header("location") !== undefined;
    this.#keep = !this.#unused && (this.#keep || this.header("content-encoding") !== undefined);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.#unused && this.bytes > longestUnused) this.#breakOff();
    else if (!this.#unused && this.bytes > this.#maxBody)
      this.#fail("too_large", `the body is longer than ${this.#maxBody} bytes`);
    else if (this.#keep) this.#append(chunk);
    return true;
  }

  onComplete(): void {
    this.#resolve();
  }

  onError(error: unknown): void {
    // A 204 or 304 may have the Content-Length of a body it leaves out, which undici takes for one that is missing.
    const hasNoBody = this.status === 204 || this.status === 304;
    if (this.#unused || (hasNoBody && this.bytes === 0)) this.#breakOff();
    else this.#reject(toFetchError(error, { started: this.#started, status: this.status || undefined }));
  }

  #append(chunk: Buffer): void {
    const before = this.bytes - chunk.length;
    if (this.bytes > this.#body.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.bytes, Math.min(2 * this.#body.length, this.#maxBody)));
      this.#body.copy(larger, 0, 0, before);
      this.#body = larger;
    }
    chunk.copy(this.#body, before);
  }

  #breakOff(): void {
    this.brokeOff = true;
    this.#resolve();
  }

  /** Whoever waits for the reply cuts the connection then. */
  #fail(errorClass: ErrorClass, message: string): void {
    this.#reject(new FetchError(errorClass, message, { status: this.status || undefined }));
  }
}
