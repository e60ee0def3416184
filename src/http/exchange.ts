import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher } from "undici";
import { onAbort } from "../concurrency/cancellation.js";
import type { Connections } from "./connections.js";
import { decode } from "./decode.js";
import { FetchError } from "./fetch-error.js";

export interface HttpRequest {
  url: URL;
  /** Default: GET. */
  method?: string;
  headers: Readonly<Record<string, string>>;
  body?: string | Buffer | undefined;
}

export interface ExchangeOptions {
  connections: Connections;
  /** The longest body to take, in bytes, before and after its content coding is undone. */
  maxBody: number;
  /** Whether `body` of the reply is wanted (default), or only its length. */
  keepBody?: boolean;
  signal: AbortSignal;
}

export interface Reply {
  /** Where the reply came from, after redirects. */
  url: URL;
  status: number;
  headers: Readonly<IncomingHttpHeaders>;
  /** Empty with `keepBody: false`. */
  body: Buffer;
  /** Length of the body in bytes, its content coding undone. */
  bytes: number;
}

/**
 * One request and the whole reply to it, by undici's dispatch: the level below its request(), without a stream for each
 * body. Rejects with what undici rejects with, or FetchError for a body that is too long or cannot be decoded.
 * Cancellation: cuts the connection and rejects with `signal.reason`.
 */
export async function exchange(request: HttpRequest, options: ExchangeOptions): Promise<Reply> {
  const { connections, maxBody, keepBody = true, signal } = options;
  const { url, method = "GET", headers, body = null } = request;
  const line = connections.take(url.origin);
  try {
    const receiver = new Receiver(maxBody, keepBody);
    const path = url.pathname + url.search;
    line.dispatch({ path, method: method as Dispatcher.HttpMethod, headers, body }, receiver);
    await receiver.receive(signal);
    connections.giveBack(line);
    return await toReply(url, receiver, { maxBody, keepBody });
  } catch (error) {
    connections.cut(line).catch(() => {}); // closed already
    throw error;
  }
}

async function toReply(
  url: URL,
  { status, headers, chunks, bytes }: Receiver,
  { maxBody, keepBody }: { maxBody: number; keepBody: boolean },
): Promise<Reply> {
  const coding = headers["content-encoding"];
  if (coding === undefined) return { url, status, headers, body: joined(chunks, bytes), bytes };
  const body = await decode(joined(chunks, bytes), coding, maxBody, status);
  return { url, status, headers, body: keepBody ? body : nothing, bytes: body.length };
}

const nothing = Buffer.alloc(0);

function joined(chunks: readonly Buffer[], bytes: number): Buffer {
  return chunks.length === 0 ? nothing : Buffer.concat(chunks, bytes);
}

/** What undici tells, piece by piece, of one reply. */
class Receiver implements Dispatcher.DispatchHandler {
  status = 0;
  headers: IncomingHttpHeaders = {};
  readonly chunks: Buffer[] = [];
  bytes = 0;
  readonly #maxBody: number;
  #keep: boolean;
  #resolve = () => {};
  #reject = (_: unknown) => {};
  readonly #done: Promise<void>;

  constructor(maxBody: number, keepBody: boolean) {
    this.#maxBody = maxBody;
    this.#keep = keepBody;
    this.#done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  async receive(signal: AbortSignal): Promise<void> {
    const forget = onAbort(signal, () => this.#reject(signal.reason));
    try {
      await this.#done;
    } finally {
      forget();
    }
  }

  onRequestStart(): void {}

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (status < 200) return; // 103 Early Hints and its like: the reply is still to come
    this.status = status;
    this.headers = headers;
    this.#keep ||= headers["content-encoding"] !== undefined;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bytes += chunk.length;
    if (this.bytes > this.#maxBody) {
      const { status } = this;
      controller.abort(new FetchError("too_large", `the body is longer than ${this.#maxBody} bytes`, { status }));
    } else if (this.#keep) this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    this.#resolve();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}
