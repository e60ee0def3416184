import type { Connections } from "./connections.js";
import { decode } from "./decode.js";
import { FetchError } from "./fetch-error.js";
import type { Line } from "./line.js";
import { Receiver } from "./receiver.js";
import { isRepeatable } from "./retry.js";
import { watchOf } from "./watch.js";

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
  /** On the clock of performance.now(). */
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
  signal: AbortSignal;
}

export interface Reply {
  /** Where the reply came from, after redirects. */
  url: URL;
  status: number;
  /** The first header of that name, in lower case; undefined if there is none. */
  header(name: string): string | undefined;
  /** Empty with `keepBody: false`. */
  body: Buffer;
  /** Length of the body in bytes, its content coding undone. */
  bytes: number;
}

/**
 * One request and the whole reply to it, by undici's dispatch: the level below its request(), without a stream for each
 * body. Rejects with FetchError for whatever the network and the server can do, for a body that is too long or cannot be
 * decoded, and once the deadline has passed. Cancellation: rejects with `signal.reason` at once. Either way the connection is cut.
 *
 * A server may close a connection behind any reply, without a word, and the next request meets that on its way: a GET or
 * HEAD to which nothing came goes out again, on another connection, as RFC 9112 (9.3.1) allows. Any other method waits a
 * turn of the event loop instead, in which such an end is read.
 */
export async function exchange(request: HttpRequest, options: ExchangeOptions, deadline: Deadline): Promise<Reply> {
  if (!isRepeatable(request)) await new Promise((resolve) => setImmediate(resolve));
  for (;;) {
    const line = options.connections.take(request.url.origin);
    const { isReused } = line;
    const receiver = new Receiver(deadline, options);
    try {
      return await exchangeOn(line, request, receiver, options);
    } catch (error) {
      const wasClosed = error instanceof FetchError && error.class === "reset" && receiver.isUnanswered;
      if (!isReused || !wasClosed || !isRepeatable(request)) throw error;
    }
  }
}

async function exchangeOn(
  line: Line,
  request: HttpRequest,
  receiver: Receiver,
  { connections, maxBody, keepBody = true, signal }: ExchangeOptions,
): Promise<Reply> {
  const { url } = request;
  const watch = watchOf(signal);
  try {
    watch.add(receiver);
    line.dispatch(request, receiver);
    await receiver.done;
    if (receiver.brokeOff) connections.cut(line);
    else connections.giveBack(line);
  } catch (error) {
    connections.cut(line);
    if (error instanceof FetchError) error.origin = url.origin;
    throw error;
  } finally {
    watch.delete(receiver);
  }
  const coding = receiver.joined("content-encoding");
  return toReply(
    url,
    receiver,
    coding === undefined ? receiver.body : await decode(receiver, coding, maxBody),
    keepBody,
  );
}

function toReply(url: URL, receiver: Receiver, body: Buffer | undefined, keepBody: boolean): Reply {
  return {
    url,
    status: receiver.status,
    header: (name) => receiver.header(name),
    body: keepBody && body ? body : nothing,
    bytes: body?.length ?? receiver.bytes,
  };
}

const nothing = Buffer.alloc(0);
