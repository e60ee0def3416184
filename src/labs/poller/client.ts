import { isCancelled, sleep, taskGroup } from "../../concurrency/index.js";
import { openContext } from "../../zeromq/context.js";
import type { Endpoint } from "../../zeromq/endpoint.js";
import type { ClientKeys } from "../../zeromq/key-file.js";
import type { LinkEvent } from "../../zeromq/link-event.js";
import { connectPull, connectSub } from "../../zeromq/sockets.js";
import type { LabContext } from "../lab.js";
import { Listener, type Message, type SocketReport } from "./listener.js";

/** The longest frame in bytes; the connection of a peer that sends a longer one is cut. */
const maxMessageSize = 16 * 2 ** 20;

export interface PollerOptions {
  pull: Endpoint;
  sub: Endpoint;
  /** Only published messages that begin with this prefix; "": all of them. */
  topic: string;
  /** Messages of both sockets together; Infinity: until `signal` aborts. */
  count: number;
  /** Emit rates instead of messages. */
  quiet: boolean;
  keys?: ClientKeys | undefined;
}

export type PollerEvent =
  | ({ type: "message" } & Message)
  /** Each second, if `quiet`: messages per second since the last event. */
  | { type: "rates"; pull: number; sub: number }
  | LinkEvent;

export interface PollerReport {
  received: number;
  seconds: number;
  pull: SocketReport;
  sub: SocketReport;
}

type Context = LabContext<PollerEvent>;

/**
 * Read a PULL and a SUB socket, each in a task of its own that waits in a plain loop. Resolves after `count` messages.
 * Awaits `emit` for each message, so a slow consumer slows the reading. This is the notes' case study of several
 * sockets.
 *
 * Cancellation: resolves with the report so far.
 */
export async function poller(options: PollerOptions, context: Context): Promise<PollerReport> {
  const zmq = await openContext(options.keys);
  try {
    const pull = new Listener("PULL", connectPull(options.pull, zmq, { maxMessageSize }));
    const sub = new Listener("SUB", connectSub(options.sub, zmq, { maxMessageSize, topic: options.topic }));
    return await listen(pull, sub, options, context);
  } finally {
    await zmq.close();
  }
}

async function listen(pull: Listener, sub: Listener, options: PollerOptions, context: Context): Promise<PollerReport> {
  const start = performance.now();
  try {
    await listenToBoth(pull, sub, options, context);
  } catch (error) {
    if (!isCancelled(error, context.signal)) throw error; // an abort is the normal end
  } finally {
    await Promise.all([pull.inlet.close(), sub.inlet.close()]);
  }
  const received = pull.received + sub.received;
  return { received, seconds: (performance.now() - start) / 1000, pull: pull.report, sub: sub.report };
}

async function listenToBoth(
  pull: Listener,
  sub: Listener,
  { count, quiet }: PollerOptions,
  { signal, emit }: Context,
): Promise<void> {
  await taskGroup(
    (group) => {
      async function listen(listener: Listener, own: AbortSignal): Promise<void> {
        for await (const frames of listener.inlet.messages(own)) {
          if (pull.received + sub.received >= count) break; // the other task was faster
          listener.count(frames);
          if (!quiet) await emit?.({ type: "message", ...listener.describe(frames) }); // back-pressure
          if (pull.received + sub.received >= count) group.cancel();
        }
      }
      for (const listener of [pull, sub]) {
        group.spawn((own) => listen(listener, own), { name: listener.via });
        const { via, inlet } = listener;
        group.spawn((own) => inlet.monitor.follow((event) => emit?.(event), own), { name: `${via} link` });
      }
      if (quiet) group.spawn((own) => tellRates(pull, sub, own, emit), { name: "rates" });
    },
    { signal },
  );
}

async function tellRates(pull: Listener, sub: Listener, signal: AbortSignal, emit: Context["emit"]): Promise<void> {
  for (;;) {
    const [start, pulled, subscribed] = [performance.now(), pull.received, sub.received];
    await sleep(1000, { signal });
    const rate = (count: number) => Math.round((count * 1000) / (performance.now() - start)); // a timer may be late
    emit?.({ type: "rates", pull: rate(pull.received - pulled), sub: rate(sub.received - subscribed) });
  }
}
