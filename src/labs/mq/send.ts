import { once } from "node:events";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { every, isCancelled, onAbort, taskGroup } from "../../concurrency/index.js";
import type { LabContext } from "../lab.js";
import { FrameReader } from "./frame.js";
import { limits } from "./limits.js";
import { Lines } from "./lines.js";
import { type LinkEvent, stayConnected } from "./link.js";
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
  seconds: number;
}

export type MqSendEvent = ({ type: "status" } & MqSendStatus) | LinkEvent;

type Context = LabContext<MqSendEvent>;

const nobodys = "/null";

/**
 * Send messages to a channel, over any number of connections. Resolves once the broker has taken all of them and closed.
 * Messages under way when a connection is lost are lost, too.
 *
 * Cancellation: resolves with the report, without the messages that have not left. Rejects with ExitError(3) if there is no broker at the
 * start, and with ExitError(1) for a line above 1 MiB.
 */
export async function mqSend(options: MqSendOptions, { signal, emit }: Context): Promise<MqSendReport> {
  const start = performance.now();
  const { host, port, channel, count, lines } = options;
  const sender = new Sender(lines ? new Lines(channel, lines, count) : new Numbered(options));
  const tell = (event: LinkEvent) => {
    if (event.type === "connected") sender.connects++;
    return emit?.(event);
  };
  await taskGroup(
    async (group) => {
      const forget = onAbort(group.signal, () => lines?.destroy()); // a read of a terminal cannot be cancelled
      group.spawn((own) => every(1000, () => emit?.({ type: "status", ...sender.status }), own), { name: "status" });
      const link = { host, port, channel: Buffer.from(nobodys), required: true };
      const context = { signal: group.signal, emit: tell };
      await stayConnected(link, context, (socket) => sender.sendAll(socket, group.signal));
      group.cancel();
      forget();
    },
    { signal },
  ).catch((error) => {
    if (!isCancelled(error, signal)) throw error; // the caller knows that it has aborted
  });
  return { ...sender.status, seconds: (performance.now() - start) / 1000 };
}

/** Sends the messages of a source over one connection after another. */
class Sender {
  connects = 0;
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

  /** Resolves with true once the broker has taken everything and closed; false if the connection is lost before. */
  async sendAll(socket: Socket, signal: AbortSignal): Promise<boolean> {
    let isDone = false;
    socket.on("data", this.#reader(socket));
    try {
      await taskGroup(
        async (group) => {
          socket.once("close", () => group.cancel()).on("end", () => socket.destroy());
          await this.#write(socket, group.signal);
          isDone = true;
          socket.end();
          await once(socket, "close", { signal: group.signal });
        },
        { signal },
      );
    } finally {
      this.#unsent += this.#underWay;
      this.#underWay = 0;
    }
    return isDone;
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
        if (error) return;
        this.#underWay -= messages;
        this.#sent += messages;
      });
      if (!hasRoom) await once(socket, "drain", { signal });
    }
  }

  #reader(socket: Socket): (chunk: Buffer) => void {
    const reader = new FrameReader({
      admits: (length) => length <= limits.maxMessage,
      take: () => {
        this.#received++;
        return true;
      },
    });
    return (chunk) => void (reader.read(chunk) || socket.destroy());
  }
}
