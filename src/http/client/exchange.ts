import { sleep } from "../../concurrency/index.js";
import type { Connection } from "./connection.js";
import type { Connections } from "./connections.js";
import { watchOf } from "./deadlines.js";
import { FetchError } from "./fetch-error.js";
import type { Place } from "./host-slots.js";
import { Receiver } from "./receiver.js";
import { isOutOfFiles, isRepeatable } from "./retry.js";

export interface HttpRequest {
  url: URL;
  /** Default: GET. */
  method?: string | undefined;
  /** Default: none but those HTTP needs. */
  headers?: Readonly<Record<string, string>> | undefined;
  body?: string | Buffer | undefined;
}

/** By when a request has to be done, its redirects and retries included. */
export interface Deadline {
  /** On the clock of performance.now(); a wait for another host puts it off. */
  at: number;
  /** How long it was at the start, in milliseconds. */
  timeoutMs: number;
}

export interface ExchangeOptions {
  connections: Connections;
  /** The longest body to take, in bytes, before and after its content coding is undone. */
  maxBody: number;
  /** Whether `body` of the reply is wanted (default), or only its length. */
  keepBody?: boolean | undefined;
  /** Where it is, if only so many may be at one host: redirects and retries move it. */
  place?: Place | undefined;
  signal: AbortSignal;
}

export interface Reply {
  /** Where the reply came from, after redirects. */
  readonly url: URL;
  readonly status: number;
  /** The first header of that name, in lower case; undefined if there is none. */
  header(name: string): string | undefined;
  /** Empty with `keepBody: false`. */
  readonly body: Buffer;
  /** Length of the body in bytes, its content coding undone. */
  readonly bytes: number;
}

const filesPauseMs = 50;

/**
 * One request and the whole reply to it, by undici's dispatch: the level below its request(), without a stream for each
 * body. Rejects with FetchError for whatever the network and the server can do, for a body that is too long or cannot be
 * decoded, and once the deadline has passed. Cancellation: rejects with `signal.reason` at once. A connection on which
 * something may still come is cut. To be out of file descriptors is no failure of the request: it waits for some to be
 * closed.
 *
 * A server may close a connection behind any reply, without a word, and the next request meets that on its way: a GET or
 * HEAD to which nothing came goes out again, once and on a new connection, as RFC 9112 (9.3.1) allows. Any other method
 * waits a turn of the event loop instead, in which such an end is read.
 *
 * It is one function: each async function within another costs every request some microseconds.
 */
export async function exchange(request: HttpRequest, options: ExchangeOptions, deadline: Deadline): Promise<Reply> {
  const { connections, signal } = options;
  const { origin } = request.url;
  const watch = watchOf(signal);
  if (!isRepeatable(request)) await new Promise((resolve) => setImmediate(resolve));
  for (let wasClosed = false; ; ) {
    const connection: Connection = wasClosed ? connections.open(origin) : connections.take(origin);
    const receiver = new Receiver(request, options, deadline);
    try {
      watch.add(receiver);
      connection.dispatch(request, receiver);
      return await receiver.reply;
    } catch (error) {
      if (!(error instanceof FetchError)) throw error;
      error.origin = origin;
      wasClosed = connection.isReused && error.class === "reset" && receiver.isUnanswered;
      const isFull = isOutOfFiles(error) && performance.now() + filesPauseMs < deadline.at;
      if (!isFull && !(wasClosed && isRepeatable(request))) throw error;
      if (isFull) await sleep(filesPauseMs, { signal });
      else connections.resent++;
    } finally {
      watch.delete(receiver);
      if (receiver.isComplete) connections.giveBack(connection);
      else connections.cut(connection);
    }
  }
}
