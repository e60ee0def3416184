import { Pull, Push, type Socket, Subscriber, XPublisher } from "zeromq";
import { ExitError } from "../concurrency/index.js";
import { whyNotBound } from "../net/bind-errors.js";
import type { ZmqContext } from "./context.js";
import type { Endpoint } from "./endpoint.js";
import { Inlet } from "./inlet.js";
import { refuseToReplace } from "./ipc-path.js";
import { Outlet } from "./outlet.js";
import { Publication } from "./publication.js";
import { settings } from "./settings.js";

/** Peers of a socket that only sends have nothing to say but their subscriptions, in bytes. */
const maxRequestSize = 4096;

interface BindOptions {
  /** How many messages ZeroMQ holds for each peer: beyond it PUSH waits, PUB drops, and SUB makes its peer drop. */
  highWaterMark: number;
}

interface ConnectOptions {
  /** The longest frame in bytes; the connection of a peer that sends a longer one is cut. */
  maxMessageSize: number;
}

/** A PUSH that shares messages out among its peers. Rejects with ExitError(1) if it cannot be bound. */
export async function bindPush(at: Endpoint, zmq: ZmqContext, { highWaterMark }: BindOptions): Promise<Outlet> {
  const socket = new Push({ ...common(at, zmq), sendHighWaterMark: highWaterMark, maxMessageSize: maxRequestSize });
  return bind(socket, at, new Outlet(socket));
}

/** A PUB that copies messages to all its peers. Rejects with ExitError(1) if it cannot be bound. */
export async function bindPub(at: Endpoint, zmq: ZmqContext, { highWaterMark }: BindOptions): Promise<Publication> {
  const socket = new XPublisher({
    ...common(at, zmq),
    sendHighWaterMark: highWaterMark,
    maxMessageSize: maxRequestSize,
  });
  return bind(socket, at, new Publication(socket));
}

/**
 * A PUB that connects. It drops what comes while nobody is there, beyond `highWaterMark` messages, and what it still
 * holds when its connection ends: a server that comes back gets nothing stale.
 */
export function connectPub(to: Endpoint, zmq: ZmqContext, { highWaterMark }: BindOptions): Publication {
  const socket = new XPublisher({
    ...common(to, zmq),
    immediate: true,
    reconnectMaxInterval: 2000,
    sendHighWaterMark: highWaterMark,
    maxMessageSize: maxRequestSize,
  });
  return new Publication(socket, to.address);
}

/** A PULL that takes its share of what the peer pushes. */
export function connectPull(to: Endpoint, zmq: ZmqContext, { maxMessageSize }: ConnectOptions): Inlet {
  return new Inlet(new Pull({ ...common(to, zmq), linger: 0, maxMessageSize }), to.address);
}

/** A SUB that gets every message beginning with `topic`; "" is all of them. */
export function connectSub(
  to: Endpoint,
  zmq: ZmqContext,
  { topic, maxMessageSize }: ConnectOptions & { topic: string },
): Inlet {
  const socket = new Subscriber({ ...common(to, zmq), linger: 0, maxMessageSize });
  socket.subscribe(topic);
  return new Inlet(socket, to.address);
}

/** A SUB that others connect their PUB to, and that takes all they publish. Rejects with ExitError(1) if it cannot be bound. */
export async function bindSub(
  at: Endpoint,
  zmq: ZmqContext,
  { maxMessageSize, highWaterMark }: ConnectOptions & BindOptions,
): Promise<Inlet> {
  const options = { linger: 0, maxMessageSize, receiveHighWaterMark: highWaterMark };
  const socket = new Subscriber({ ...common(at, zmq), ...options });
  socket.subscribe("");
  return bind(socket, at, new Inlet(socket));
}

function common({ ipv6 }: Endpoint, { options }: ZmqContext) {
  return { ...settings, ipv6, ...options };
}

/** `owner` has to be there first: it counts the peers, and they may come at once. */
async function bind<T extends Inlet | Outlet>(socket: Socket, { address }: Endpoint, owner: T): Promise<T> {
  try {
    await refuseToReplace(address);
    bindAtOnce(socket, address);
    return owner;
  } catch (error) {
    await owner.close();
    if (error instanceof ExitError) throw error;
    throw new ExitError(1, `cannot bind ${address}: ${whyNotBound(error as NodeJS.ErrnoException)}`);
  }
}

/**
 * bindSync(), for bind() works on a thread of its own, while the monitor and others use the socket. libzmq tells the monitor
 * of a failure before it returns, which on a busy machine leaves an EAGAIN in place of the reason: only asking again tells.
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
