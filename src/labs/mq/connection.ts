import type { Socket } from "node:net";
import { FrameMemory } from "./budget.js";
import { Route } from "./channels.js";
import { type CutReason, reasonOfLength } from "./cut-reason.js";
import { FrameReader, type FrameReceiver, headerSize } from "./frame.js";
import { limits } from "./limits.js";
import { Outbox } from "./outbox.js";
import type { BrokerParts } from "./parts.js";
import type { Channel, Publisher, Subscriber } from "./peers.js";

const noName: Buffer = Buffer.alloc(0);
const lostPeer = new Set(["ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"]); // codes of errors

/** One client: its first frame is the channel it subscribes to. Then come pairs: a channel, and data for it. */
export class Connection implements FrameReceiver, Publisher, Subscriber {
  readonly outbox: Outbox;
  readonly peer: string;
  /** The channel that it subscribes to. Empty before the first frame. */
  channelName = noName;
  readonly #socket: Socket;
  readonly #parts: BrokerParts;
  readonly #route: Route; // to the channel of the pair that was read last
  readonly #reader = new FrameReader(this);
  readonly #memory = new FrameMemory();
  readonly #openedAt: number;
  #channel: Channel | undefined;
  #expectsData = false;
  #halfSince = 0;
  #hasEnded = false; // the peer sends no more
  #isStopped = false;
  #hasUnread = false; // bytes that came after stopReading(), or waited for a queue
  #isOver = false;

  constructor(socket: Socket, parts: BrokerParts) {
    this.#socket = socket;
    this.#parts = parts;
    this.#openedAt = parts.clock.now;
    this.#route = new Route(parts.channels);
    this.peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.outbox = new Outbox(socket, parts.sendMemory, () => this.#channel?.caughtUp(this));
    socket.on("data", (chunk: Buffer) => {
      this.#reader.read(chunk);
      this.#haveRead();
    });
    socket.allowHalfOpen = true; // the last messages of a publisher may have to wait for a queue
    socket.on("end", () => {
      this.#hasEnded = true;
      if (!this.#reader.isWaiting) this.#finish();
    });
    socket.on("error", ({ code = "" }: NodeJS.ErrnoException) =>
      lostPeer.has(code) ? this.cut("gone") : this.#leave(),
    );
    socket.on("close", () => this.#leave());
  }

  admits(length: number): boolean {
    if (this.#expectsData) {
      if (length <= limits.maxMessage) return true;
      this.cut("frame");
    } else {
      if (length > 0 && length <= limits.maxName) return true;
      const isFirst = this.#channel === undefined;
      this.cut(length > limits.maxMessage ? (isFirst ? reasonOfLength(length) : "frame") : "name");
    }
    return false;
  }

  take(bytes: Buffer, start: number, end: number): boolean {
    this.#halfSince = 0;
    if (this.#isOver) return false;
    if (this.#expectsData) return this.#takeData(bytes, start, end);
    if (this.#channel === undefined) this.#subscribe(Buffer.from(bytes.subarray(start, end)));
    else {
      this.#route.lead(bytes, start, end);
      this.#expectsData = true;
    }
    return true;
  }

  resume(): void {
    if (this.#isOver || this.#isStopped) return;
    const goesOn = !this.#reader.isWaiting || this.#reader.resume(); // it may wait in the middle of a message
    this.#socket.resume();
    this.#haveRead();
    if (!goesOn) this.#socket.pause();
    else if (this.#hasEnded) this.#finish();
  }

  /** Cut the connection if it takes too long. */
  look(now: number): void {
    const { frameMs, channelMs } = limits;
    if (this.outbox.isStalled(now)) this.cut("stalled");
    else if (this.#halfSince > 0 && now - this.#halfSince >= frameMs) this.cut("half_frame");
    else if (this.#channel === undefined && now - this.#openedAt >= channelMs) this.cut("no_channel");
  }

  cut(reason: CutReason): void {
    this.#parts.run.close(); // messages of this read, which may be for its own queue
    if (this.#isOver) return;
    const dropped = this.#leave();
    this.#parts.onCut(this, reason, dropped);
    this.#socket.destroy();
  }

  /** Read no more messages. Later bytes are thrown away. */
  stopReading(): void {
    this.#isStopped = true;
    this.#hasUnread = this.#reader.isWaiting;
    this.#socket.removeAllListeners("data").on("data", () => {
      this.#hasUnread = true;
    });
    this.#socket.resume();
    if (this.#hasEnded) this.#finish();
  }

  /** Close the connection. A publisher whose messages were not read has it reset, so that it knows. */
  end(): void {
    if (this.#hasUnread) this.#finish();
    else this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #finish(): void {
    this.#leave();
    if (this.#hasUnread) this.#socket.resetAndDestroy();
    else this.#socket.destroy(); // the kernel still sends the bytes that it has taken
  }

  #subscribe(name: Buffer): void {
    this.channelName = name;
    this.#channel = this.#parts.channels.open(name);
    this.#channel.join(this);
  }

  #takeData(bytes: Buffer, start: number, end: number): boolean {
    const { run, counts } = this.#parts;
    const isTaken = this.#route.channel?.publish(run, bytes, start - headerSize, end, this) ?? true;
    if (isTaken) {
      counts.in++;
      this.#expectsData = false;
    } else this.#socket.pause();
    return isTaken;
  }

  #haveRead(): void {
    const { run, halfFrames, pausedFrames, clock } = this.#parts;
    run.close();
    if (this.#isOver) return;
    const { isMidFrame, held, unread } = this.#reader;
    if (!isMidFrame) this.#halfSince = 0;
    else if (this.#halfSince === 0) this.#halfSince = clock.now;
    this.#memory.take(this.#reader.isWaiting ? pausedFrames : halfFrames, held + unread);
    if (!isMidFrame || !(halfFrames.isExceeded || pausedFrames.isExceeded)) return;
    if (this.#expectsData && this.#waitEarly()) this.#memory.take(pausedFrames, held);
    else if (halfFrames.isExceeded) this.cut("memory");
  }

  /** Wait for a queue in the middle of a message, since memory is short. False if the message is for something else. */
  #waitEarly(): boolean {
    const target = this.#route.channel;
    if (target?.await === undefined || (target.canTake && !this.#parts.halfFrames.isExceeded)) return false;
    target.await(this);
    this.#socket.pause();
    this.#halfSince = 0;
    return true;
  }

  /** Give back everything it has, once. Returns the number of messages that are dropped. */
  #leave(): number {
    if (this.#isOver) return 0;
    this.#isOver = true;
    this.#memory.giveBack();
    const { messages, unwritten } = this.outbox.abandon();
    const returned = this.#channel?.leave(this, unwritten) ?? 0;
    this.#parts.channels.room.forget(this); // a queue that is awaited is not closed
    this.#route.close();
    this.#parts.onLeave(this, messages - returned);
    return messages - returned;
  }
}
