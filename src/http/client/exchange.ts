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

const filesPauseMs = 50; // between two tries to get a file descriptor

/**
 * Send one request and collect the whole reply. Rejects with FetchError if the network or the server fails, if the body
 * is too long or cannot be decoded, or once the deadline has passed. Cancellation: rejects with `signal.reason` at
 * once. The connection is cut unless the whole reply has come.
 *
 * A server may close an idle connection while the next request is on its way. A GET or HEAD is then sent once more, on
 * a new connection, if no byte of a reply has come (RFC 9112, 9.3.1).
 *
 * All of it is one function, because each nested async function costs every request some microseconds.
 */
export async function exchange(request: HttpRequest, options: ExchangeOptions, deadline: Deadline): Promise<Reply> {
  const { connections, signal } = options;
  const { origin } = request.url;
  const deadlines = deadlinesOf(signal);
  // Other methods cannot be sent again. One turn of the event loop lets Node read that the server closed a connection.
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
      // Without a free file descriptor, the request waits until another connection is closed.
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
