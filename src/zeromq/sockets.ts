import { Pull, Push, type Socket, Subscriber, XPublisher } from "zeromq";
import { ExitError } from "../concurrency/index.js";
import { whyNotBound } from "../net/bind-errors.js";
import type { ZmqContext } from "./context.js";
import type { Endpoint } from "./endpoint.js";
import { Inlet } from "./inlet.js";
import { fileOf, refuseToReplace } from "./ipc-path.js";
import { Outlet } from "./outlet.js";
import { Publication } from "./publication.js";
import { settings } from "./settings.js";

const maxRequestSize = 4096; // bytes; a peer of a sending socket only sends subscriptions

interface BindOptions {
  /** Messages that ZeroMQ holds for each peer. Beyond it, a PUSH waits, a PUB drops, and a SUB makes its peer drop. */
  highWaterMark: number;
}

interface ConnectOptions {
  /** The longest frame in bytes. The connection of a peer that sends a longer one is cut. */
  maxMessageSize: number;
}

/** A PUSH that distributes messages among its peers. Rejects with ExitError(1) if it cannot be bound. */
export async function bindPush(at: Endpoint, zmq: ZmqContext, { highWaterMark }: BindOptions): Promise<Outlet> {
  const socket = new Push({ ...common(at, zmq), sendHighWaterMark: highWaterMark, maxMessageSize: maxRequestSize });
  return bind(socket, at, new Outlet(socket, "PUSH"));
}

/** A PUB that sends each message to all peers. Rejects with ExitError(1) if it cannot be bound. */
export async function bindPub(at: Endpoint, zmq: ZmqContext, { highWaterMark }: BindOptions): Promise<Publication> {
  const socket = new XPublisher({
    ...common(at, zmq),
    sendHighWaterMark: highWaterMark,
    maxMessageSize: maxRequestSize,
  });
  return bind(socket, at, new Publication(socket));
}

/**
 * A PUB that connects. It drops messages while no peer is connected, messages beyond `highWaterMark`, and unsent messages
 * when its connection ends. So a server that comes back receives nothing stale.
 */
export function connectPub(to: Endpoint, zmq: ZmqContext, { highWaterMark }: BindOptions): Publication {
  const socket = new XPublisher({
    ...common(to, zmq),
    immediate: true,
    reconnectMaxInterval: 2000,
    sendHighWaterMark: highWaterMark,
    maxMessageSize: maxRequestSize,
  });
  return new Publication(socket, to);
}

/** A PULL that receives its share of the messages. */
export function connectPull(to: Endpoint, zmq: ZmqContext, { maxMessageSize }: ConnectOptions): Inlet {
  return new Inlet(new Pull({ ...common(to, zmq), linger: 0, maxMessageSize }), "PULL", to);
}

/** A SUB that receives every message that begins with `topic`. "" is every message. */
export function connectSub(
  to: Endpoint,
  zmq: ZmqContext,
  { topic, maxMessageSize }: ConnectOptions & { topic: string },
): Inlet {
  const socket = new Subscriber({ ...common(to, zmq), linger: 0, maxMessageSize });
  socket.subscribe(topic);
  return new Inlet(socket, "SUB", to);
}

/** A SUB that PUB peers connect to. It receives all their messages. Rejects with ExitError(1) if it cannot be bound. */
export async function bindSub(
  at: Endpoint,
  zmq: ZmqContext,
  { maxMessageSize, highWaterMark }: ConnectOptions & BindOptions,
): Promise<Inlet> {
  const options = { linger: 0, maxMessageSize, receiveHighWaterMark: highWaterMark };
  const socket = new Subscriber({ ...common(at, zmq), ...options });
  socket.subscribe("");
  return bind(socket, at, new Inlet(socket, "SUB"));
}

function common({ ipv6 }: Endpoint, { options }: ZmqContext) {
  return { ...settings, ipv6, ...options };
}

/** `owner` exists before the bind, since its monitor counts the first peer, too. */
async function bind<T extends Inlet | Outlet>(socket: Socket, { address }: Endpoint, owner: T): Promise<T> {
  try {
    await refuseToReplace(address);
    bindAtOnce(socket, address);
    owner.file = fileOf(address);
    return owner;
  } catch (error) {
    await owner.close();
    if (error instanceof ExitError) throw error;
    const isPath = address.startsWith("ipc://");
    throw new ExitError(1, `cannot bind ${address}: ${whyNotBound(error as NodeJS.ErrnoException, { isPath })}`);
  }
}

/**
 * Bind in this thread: the asynchronous bind() works in another thread while the monitor uses the socket. On failure,
 * libzmq reports to the monitor before it returns. On a busy machine, an EAGAIN then replaces the reason, so try again.
 */
function bindAtOnce(socket: Socket, address: string): void {
  for (let triesLeft = 20; ; triesLeft--) {
    try {
      return socket.bindSync(address);
    } catch (error) {
      if (triesLeft === 0 || (error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
