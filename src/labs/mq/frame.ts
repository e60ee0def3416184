/** The wire: a frame is its length in 4 bytes, big-endian, and then as many bytes. No socket is known here. */

export const headerSize = 4;

const firstRest = 1024; // bytes of room for a frame that has begun
const largeRest = 64 * 1024; // from here on, the next room is that of the whole frame

/** One frame. */
export function encodeFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerSize + payload.length);
  frame.writeUInt32BE(payload.length);
  frame.set(payload, headerSize);
  return frame;
}

/** The end of the last whole frame in the first `length` bytes, and the number of frames up to there. */
export function wholeFrames(bytes: Buffer, length: number): { end: number; frames: number } {
  let [at, frames] = [0, 0];
  while (at + headerSize <= length) {
    const end = at + headerSize + lengthAt(bytes, at);
    if (end > length) break;
    at = end;
    frames++;
  }
  return { end: at, frames };
}

/** The number of frames in bytes that hold nothing else. */
export function countFrames(bytes: Buffer): number {
  return wholeFrames(bytes, bytes.length).frames;
}

export interface FrameReceiver {
  /** Whether a frame may be that long. False refuses it, and everything after it. */
  admits(length: number): boolean;
  /**
   * The payload is `bytes` from `start` to `end`; the 4 bytes before it are the header. False leaves the frame untaken:
   * reading stops until resume(). `bytes` up to `end` may be kept and changed.
   */
  take(bytes: Buffer, start: number, end: number): boolean;
}

/**
 * Splits a stream into frames, however it is cut into chunks. Whole frames are handed over in their chunk, without a copy.
 * A refused length is known from the header, before anything is allocated. A frame that spans chunks grows with the bytes
 * that have arrived, not with those that were announced.
 */
export class FrameReader {
  readonly #receiver: FrameReceiver;
  /** The beginning of a frame whose end has not arrived, and how much of it has. */
  #rest = nothing;
  #filled = 0;
  /** The bytes behind a frame that was not taken. */
  #unread: Buffer | undefined;

  constructor(receiver: FrameReceiver) {
    this.#receiver = receiver;
  }

  /** Whether a frame has begun and is not complete. */
  get isMidFrame(): boolean {
    return this.#filled > 0 && this.#unread === undefined;
  }

  /** Whether a frame was not taken, and waits for resume(). */
  get isWaiting(): boolean {
    return this.#unread !== undefined;
  }

  /** Bytes allocated for it. */
  get held(): number {
    return this.#rest.length;
  }

  /** Bytes that have arrived behind a frame that was not taken, or with it. */
  get unread(): number {
    return this.#unread?.length ?? 0;
  }

  /** Read the next chunk. False if a frame was refused or not taken; do not read on before resume(). */
  read(chunk: Buffer): boolean {
    const at = this.#filled > 0 ? this.#complete(chunk) : 0;
    return at !== undefined && this.#split(chunk, at);
  }

  /** Offer the frame that was not taken again, then read on. The result is that of read(). */
  resume(): boolean {
    const unread = this.#unread ?? nothing;
    this.#unread = undefined;
    if (this.#filled > 0 && !this.#handOver(unread)) return false;
    return this.#split(unread, 0);
  }

  #split(chunk: Buffer, from: number): boolean {
    const receiver = this.#receiver;
    let at = from;
    while (chunk.length - at >= headerSize) {
      const length = lengthAt(chunk, at);
      if (!receiver.admits(length)) return false;
      const end = at + headerSize + length;
      if (end > chunk.length) break;
      if (!receiver.take(chunk, at + headerSize, end)) {
        this.#unread = chunk.subarray(at);
        return false;
      }
      at = end;
    }
    const left = chunk.length - at;
    if (left > 0) this.#append(chunk, at, left < headerSize ? headerSize : headerSize + lengthAt(chunk, at));
    return true;
  }

  /** Complete the frame that has begun. Returns where the next one starts, undefined if it was refused or not taken. */
  #complete(chunk: Buffer): number | undefined {
    let at = this.#append(chunk, 0, headerSize);
    if (this.#filled < headerSize) return at;
    const length = lengthAt(this.#rest, 0);
    if (!this.#receiver.admits(length)) return undefined;
    at = this.#append(chunk, at, headerSize + length);
    const isComplete = this.#filled === headerSize + length;
    return !isComplete || this.#handOver(chunk.subarray(at)) ? at : undefined;
  }

  /** Copy from a chunk until `wanted` bytes of the frame are there. Returns where the rest of the chunk starts. */
  #append(chunk: Buffer, from: number, wanted: number): number {
    const count = Math.max(0, Math.min(chunk.length - from, wanted - this.#filled));
    const filled = this.#filled + count;
    if (filled > this.#rest.length) {
      const room = filled < largeRest ? Math.max(firstRest, this.#rest.length * 2) : wanted;
      const roomy = Buffer.allocUnsafe(Math.max(filled, Math.min(wanted, room)));
      this.#rest.copy(roomy, 0, 0, this.#filled);
      this.#rest = roomy;
    }
    chunk.copy(this.#rest, this.#filled, from, from + count);
    this.#filled = filled;
    return from + count;
  }

  /** Hand the completed frame over. If it is not taken, `unread` follows it later. */
  #handOver(unread: Buffer): boolean {
    if (!this.#receiver.take(this.#rest, headerSize, this.#filled)) {
      this.#unread = unread;
      return false;
    }
    this.#rest = nothing;
    this.#filled = 0;
    return true;
  }
}

const nothing: Buffer = Buffer.alloc(0);

/** Like readUInt32BE(), but without its checks, since it runs for every frame. */
function lengthAt(bytes: Buffer, at: number): number {
  const low = ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  return (bytes[at] ?? 0) * 0x1000000 + low;
}
