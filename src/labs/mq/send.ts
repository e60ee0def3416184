import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { ExitError, every, isCancelled, onAbort, taskGroup } from "../../concurrency/index.js";
import { authority } from "../../net/authority.js";
import type { LabContext } from "../lab.js";
import { FrameReader } from "./frame.js";
import { limits } from "./limits.js";
import { Lines } from "./lines.js";
import { heard, type LinkEvent, stayConnected } from "./link.js";
import type { MessageSource, Page } from "./message-source.js";
import { Numbered, type NumberedOptions } from "./numbered.js";

export interface MqSendOptions extends NumberedOptions {
  host: string;
  port: number;
  /** Send its lines instead of numbered messages. It is destroyed on an abort. */
  lines?: Readable;
}

export interface MqSendStatus {
  /** Messages that have left, and those that had not when their connection was lost. */
  sent: number;
  unsent: number;
  /** Messages that came back: a sender subscribes to /null. */
  received: number;
  connects: number;
}

export interface MqSendReport extends MqSendStatus {
  /** The connection ended after the last message, before the broker had closed it: some may not have been read. */
  unconfirmed: boolean;
  /** An abort came before the end. */
  interrupted: boolean;
  seconds: number;
}

export type MqSendEvent =
  | ({ type: "status" } & MqSendStatus)
  /** Everything has left, but the broker has not closed the connection. Told with the first status then. */
  | { type: "ending" }
  | LinkEvent;

type Context = LabContext<MqSendEvent>;

const nobodys = "/null";

/**
 * Send messages to a channel, over any number of connections. Resolves once the broker has taken all of them and closed,
 * or the connection is lost after the last one. Messages under way when a connection is lost are lost, too.
 *
 * Cancellation: resolves with the report, without the messages that have not left. Rejects with ExitError(3) if there is no broker at the
 * start. Rejects with ExitError(1) for a line above 1 MiB, if `lines` cannot be read, or if the peer is no broker.
 */
export async function mqSend(options: MqSendOptions, { signal, emit }: Context): Promise<MqSendReport> {
  const start = performance.now();
  const { host, port, channel, count, lines } = options;
  const sender = new Sender(lines ? new Lines(channel, lines, count) : new Numbered(options));
  const tell = (event: LinkEvent) => {
    if (event.type === "connected") sender.connects++;
    return emit?.(event);
  };
  let interrupted = false;
  await taskGroup(
    async (group) => {
      const forget = onAbort(group.signal, () => lines?.destroy()); // a read of a terminal cannot be cancelled
      group.spawn((own) => tellStatus(sender, own, emit), { name: "status" });
      const link = { host, port, channel: Buffer.from(nobodys), required: true };
      const context = { signal: group.signal, emit: tell };
      await stayConnected(link, context, async (socket) => {
        const isOver = await sender.sendAll(socket, group.signal);
        if (sender.isBroker) return isOver;
        throw new ExitError(1, `${authority(host, port)} is no broker: what it sends are no messages`);
      });
      group.cancel();
      forget();
    },
    { signal },
  ).catch((error) => {
    if (!isCancelled(error, signal)) throw error;
    interrupted = true;
  });
  const { status, unconfirmed } = sender;
  return { ...status, unconfirmed, interrupted, seconds: (performance.now() - start) / 1000 };
}

async function tellStatus(sender: Sender, signal: AbortSignal, emit: Context["emit"]): Promise<void> {
  let isTold = false;
  await every(
    1000,
    () => {
      emit?.({ type: "status", ...sender.status });
      if (sender.isEnding && !isTold) emit?.({ type: "ending" });
      isTold = sender.isEnding;
    },
    signal,
  );
}

/** Sends the messages of a source over one connection after another. */
class Sender {
  connects = 0;
  unconfirmed = false;
  isBroker = true;
  /** Everything has left, and the broker has not closed the connection. */
  isEnding = false;
  readonly #source: MessageSource;
  /** A page that its connection did not get any more. */
  #page: Page | undefined;
  #sent = 0;
  #unsent = 0;
  #received = 0;
  /** Messages that were written, and that the kernel has not taken. */
  #underWay = 0;

  constructor(source: MessageSource) {
    this.#source = source;
  }

  get status(): MqSendStatus {
    return { sent: this.#sent, unsent: this.#unsent, received: this.#received, connects: this.connects };
  }

  /** Resolves with true once the connection has ended after the last message; false if it is lost before. */
  async sendAll(socket: Socket, signal: AbortSignal): Promise<boolean> {
    let isConfirmed = false;
    socket.on("data", this.#reader(socket)).on("end", () => {
      isConfirmed = this.isEnding && this.#underWay === 0; // a reset has no end
      socket.destroy();
    });
    try {
      await taskGroup(
        async (group) => {
          socket.once("close", () => group.cancel());
          await this.#write(socket, group.signal);
          group.signal.throwIfAborted();
          this.isEnding = true;
          socket.end();
          await heard(socket, "close", group.signal);
        },
        { signal },
      );
    } finally {
      if (!signal.aborted) this.#unsent += this.#underWay;
      this.#underWay = 0;
      this.unconfirmed = this.isEnding && !isConfirmed;
    }
    return this.isEnding;
  }

  async #write(socket: Socket, signal: AbortSignal): Promise<void> {
    for (;;) {
      this.#page ??= await this.#source.next(signal);
      if (this.#page === undefined) return;
      signal.throwIfAborted();
      const { bytes, messages } = this.#page;
      this.#page = undefined;
      this.#underWay += messages;
      const hasRoom = socket.write(bytes, (error) => {
        if (error || socket.destroyed) return; // destroyed first, Node passes no error
        this.#underWay -= messages;
        this.#sent += messages;
      });
      if (!hasRoom) await heard(socket, "drain", signal);
    }
  }

  #reader(socket: Socket): (chunk: Buffer) => void {
    const reader = new FrameReader({
      admits: (length) => {
        this.isBroker = length <= limits.maxMessage;
        return this.isBroker;
      },
      take: () => {
        this.#received++;
        return true;
      },
    });
    return (chunk) => void (reader.read(chunk) || socket.destroy());
  }
}
