import { openContext, type ZmqContext } from "../../src/zeromq/context.js";
import { bindEndpoint, connectEndpoint } from "../../src/zeromq/endpoint.js";
import type { Inlet } from "../../src/zeromq/inlet.js";
import type { Keys } from "../../src/zeromq/key-file.js";
import type { LinkEvent } from "../../src/zeromq/link-event.js";
import type { Monitor } from "../../src/zeromq/monitor.js";
import type { Outlet } from "../../src/zeromq/outlet.js";
import type { Publication } from "../../src/zeromq/publication.js";
import { bindPub, bindPush, connectPull, connectSub } from "../../src/zeromq/sockets.js";

const maxMessageSize = 2 ** 20;

/** Sockets on free ports, for `await using`: they close at the end of the test's block. */
export class TestSockets implements AsyncDisposable {
  readonly #zmq: ZmqContext;
  readonly #open: { close(): Promise<void> }[] = [];

  private constructor(zmq: ZmqContext) {
    this.#zmq = zmq;
  }

  static async open(keys?: Keys): Promise<TestSockets> {
    return new TestSockets(await openContext(keys));
  }

  async push(highWaterMark = 100, at = "tcp://127.0.0.1:0"): Promise<Outlet> {
    return this.#keep(await bindPush(bindEndpoint(at), this.#zmq, { highWaterMark }));
  }

  async pub(): Promise<Publication> {
    return this.#keep(await bindPub(bindEndpoint("tcp://127.0.0.1:0"), this.#zmq, { highWaterMark: 1000 }));
  }

  pull(address: string): Inlet {
    return this.#keep(connectPull(connectEndpoint(address), this.#zmq, { maxMessageSize }));
  }

  sub(address: string, topic = ""): Inlet {
    return this.#keep(connectSub(connectEndpoint(address), this.#zmq, { topic, maxMessageSize }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#open.map((socket) => socket.close()));
    await this.#zmq.close();
  }

  #keep<T extends { close(): Promise<void> }>(socket: T): T {
    this.#open.push(socket);
    return socket;
  }
}

/** So many messages, their frames joined by `|`; fewer if the loop ends. */
export async function take(
  inlet: Inlet,
  count: number,
  signal: AbortSignal = new AbortController().signal,
): Promise<string[]> {
  const taken: string[] = [];
  for await (const frames of inlet.messages(signal)) {
    taken.push(frames.join("|"));
    if (taken.length === count) break;
  }
  return taken;
}

/** The next event of that type. */
export function next<T extends LinkEvent["type"]>(monitor: Monitor, type: T): Promise<Extract<LinkEvent, { type: T }>> {
  return new Promise((resolve) => {
    monitor.listen((event) => {
      if (event.type === type) resolve(event as Extract<LinkEvent, { type: T }>);
    });
  });
}
