import type { ZmqContext } from "../../zeromq/context.js";
import type { Endpoint } from "../../zeromq/endpoint.js";
import type { Outlet } from "../../zeromq/outlet.js";
import type { Publication } from "../../zeromq/publication.js";
import { SendQueue } from "../../zeromq/send-queue.js";
import { bindPub, bindPush } from "../../zeromq/sockets.js";

/**
 * Messages that wait for a PULL peer: 10,000, but at most 128 MiB. At the limit, a message waits for room if a peer
 * takes any; otherwise it is dropped and counted.
 */
const queueSize = (size: number) => atMost(10_000, 128, size);
/** Messages inside ZeroMQ for each PULL peer. Few, because they are lost when that peer dies. */
const pushHighWaterMark = 100;
/** Messages inside ZeroMQ for each SUB peer: 100,000, but at most 256 MiB. Beyond it, PUB drops for that peer. */
const pubHighWaterMark = (size: number) => atMost(100_000, 256, size);

export interface Endpoints {
  push: Endpoint;
  pub: Endpoint;
}

export interface ServerSockets {
  push: Outlet;
  /** The queue before PUSH, so that a missing peer does not stop the server. */
  queue: SendQueue;
  pub: Publication;
}

/** Bind both sockets while `body` runs; if one cannot be bound, neither stays. `size`: bytes of a message. */
export async function withServerSockets<T>(
  { push: pushAt, pub: pubAt, size }: Endpoints & { size: number },
  zmq: ZmqContext,
  body: (sockets: ServerSockets) => Promise<T>,
): Promise<T> {
  const push = await bindPush(pushAt, zmq, { highWaterMark: pushHighWaterMark });
  const queue = new SendQueue(push, { maxSize: queueSize(size) });
  try {
    const pub = await bindPub(pubAt, zmq, { highWaterMark: pubHighWaterMark(size) });
    return await body({ push, queue, pub }).finally(() => pub.close());
  } finally {
    await queue.close();
  }
}

function atMost(messages: number, mebibytes: number, size: number): number {
  return Math.min(messages, Math.floor((mebibytes * 2 ** 20) / Math.max(size, 1)));
}
