import { sleep } from "../../concurrency/index.js";
import type { BodyOptions } from "./body.js";
import type { Connection } from "./connection.js";
import type { Connections } from "./connections.js";
import { deadlinesOf } from "./deadlines.js";
import { FetchError } from "./fetch-error.js";
import type { Slot } from "./host-slots.js";
import { Receiver } from "./receiver.js";
import type { Deadline, HttpRequest, Reply } from "./request.js";
import { isOutOfFiles, isRepeatable } from "./retry.js";

export interface ExchangeOptions extends BodyOptions {
  connections: Connections;
  /** The slot of the request, which redirects and retries move between hosts (default: no limit per host). */
  slot?: Slot | undefined;
  signal: AbortSignal;
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
  const deadlines = deadlinesOf(signal);
  if (!isRepeatable(request)) await new Promise((resolve) => setImmediate(resolve));
  for (let wasClosed = false; ; ) {
    const connection: Connection = wasClosed ? connections.open(origin) : connections.take(origin);
    const receiver = new Receiver(request, options, deadline);
    try {
      deadlines.add(receiver);
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
      deadlines.delete(receiver);
      if (receiver.isComplete) connections.giveBack(connection);
      else connections.cut(connection);
    }
  }
}
