import type { Socket } from "node:net";
import { ExitError, isCancelled, onAbort, sleep, taskGroup } from "../../concurrency/index.js";
import { authority } from "../../net/authority.js";
import type { LabContext } from "../lab.js";
import { FrameReader } from "./frame.js";
import { limits, queuePrefix } from "./limits.js";
import { type LinkEvent, type LinkOptions, stayConnected } from "./link.js";

export interface MqListenOptions extends Omit<LinkOptions, "required"> {
  /** Number of messages; Infinity: until an abort. */
  count: number;
  /** Tell the rates each second instead of the messages. */
  quiet: boolean;
}

export interface MqListenReport {
  received: number;
  /** Messages of a queue that came behind the last one that was asked for. They are lost. */
  beyond: number;
  /** Of the messages, without their headers. */
  bytes: number;
  /** Connections to the broker, one after another. */
  connects: number;
  seconds: number;
}

export type MqListenEvent =
  /** The messages of one read. The connection is not read while a returned promise is pending. */
  | { type: "messages"; payloads: Buffer[]; at: Date }
  /** Per second. */
  | { type: "rates"; messages: number; bytes: number }
  | LinkEvent;

type Context = LabContext<MqListenEvent>;

/**
 * Listen to a channel, over any number of connections, until `count` messages or until `signal` aborts. Rejects with
 * ExitError(1) if the peer is no broker.
 */
export async function mqListen(options: MqListenOptions, { signal, emit }: Context): Promise<MqListenReport> {
  const start = performance.now();
  const receiver = new Receiver(options, emit);
  await taskGroup(
    async (group) => {
      if (options.quiet) group.spawn((own) => tellRates(receiver, own, emit), { name: "rates" });
      const tell = (event: LinkEvent) => {
        if (event.type === "connected") receiver.connects++;
        return emit?.(event);
      };
      await stayConnected(options, { signal: group.signal, emit: tell }, (socket) =>
        receiver.receive(socket, group.signal),
      );
      group.cancel();
    },
    { signal },
  ).catch((error) => {
    if (!isCancelled(error, signal)) throw error; // an abort is the normal end
  });
  const { received, beyond, bytes, connects } = receiver;
  return { received, beyond, bytes, connects, seconds: (performance.now() - start) / 1000 };
}

/** Takes the messages of one connection after another. */
class Receiver {
  received = 0;
  beyond = 0;
  bytes = 0;
  connects = 0;
  readonly #options: MqListenOptions;
  readonly #emit: Context["emit"];
  #payloads: Buffer[] = [];
  #isBroker = true;

  constructor(options: MqListenOptions, emit: Context["emit"]) {
    this.#options = options;
    this.#emit = emit;
  }

  get isDone(): boolean {
    return this.received >= this.#options.count;
  }

  /** Resolves with true once all messages have come, or after an abort; false if the connection is lost. */
  async receive(socket: Socket, signal: AbortSignal): Promise<boolean> {
    const { host, port } = this.#options;
    const reader = this.#reader();
    const isQueue = this.#options.channel.toString("latin1").startsWith(queuePrefix);
    let leaving: Leaving | undefined;
    socket.on("end", () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      const readsOn = reader.read(chunk);
      this.#hand(socket);
      if (!readsOn || (this.isDone && !isQueue)) socket.destroy();
      else if (this.isDone) leaving ??= new Leaving(socket);
    });
    await closed(socket, signal);
    leaving?.cancel();
    if (!this.#isBroker) throw new ExitError(1, `${authority(host, port)} is no broker: what it sends are no messages`);
    return this.isDone || signal.aborted;
  }

  #reader(): FrameReader {
    const { quiet } = this.#options;
    return new FrameReader({
      admits: (length) => {
        this.#isBroker = length <= limits.maxMessage;
        return this.#isBroker;
      },
      take: (bytes, start, end) => {
        if (this.isDone) {
          this.beyond++;
          return true;
        }
        this.received++;
        this.bytes += end - start;
        if (!quiet) this.#payloads.push(bytes.subarray(start, end));
        return true;
      },
    });
  }

  /** Hand the messages of one read on. A slow reader of the output holds up the connection. */
  #hand(socket: Socket): void {
    if (this.#payloads.length === 0) return;
    const pending = this.#emit?.({ type: "messages", payloads: this.#payloads, at: new Date() });
    this.#payloads = [];
    if (!pending || this.isDone) return;
    socket.pause();
    void pending.then(() => socket.resume());
  }
}

/**
 * Tells the broker of a queue that this is enough: the rest is for others. Nothing is read for a moment, else the broker
 * would send on until it knows. Then what it has sent is read, for a second at most.
 */
class Leaving {
  readonly #timers: NodeJS.Timeout[];

  constructor(socket: Socket) {
    socket.end();
    socket.pause();
    this.#timers = [
      setTimeout(() => socket.resume(), limits.lettingGoMs),
      setTimeout(() => socket.destroy(), limits.farewellMs),
    ];
  }

  cancel(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** Resolves once the socket has closed. An abort destroys it. */
async function closed(socket: Socket, signal: AbortSignal): Promise<void> {
  const forget = onAbort(signal, () => socket.destroy());
  await new Promise((resolve) => socket.once("close", resolve));
  forget();
}

async function tellRates(receiver: Receiver, signal: AbortSignal, emit: Context["emit"]): Promise<void> {
  for (;;) {
    const [start, received, bytes] = [performance.now(), receiver.received, receiver.bytes];
    await sleep(1000, { signal });
    const rate = (count: number) => Math.round((count * 1000) / (performance.now() - start)); // a timer may be late
    await emit?.({ type: "rates", messages: rate(receiver.received - received), bytes: rate(receiver.bytes - bytes) });
  }
}
