import { headerSize } from "./frame.js";
import { limits } from "./limits.js";
import type { QueueRoom } from "./queue-room.js";

/** Frames one after another. `start` to `end` are used; behind `end` is room for more. */
interface Block {
  bytes: Buffer;
  start: number;
  end: number;
}

const taken: Block = { bytes: Buffer.alloc(0), start: 0, end: 0 };
const firstBlock = 1024; // bytes; each next one has twice as many, up to a page

/** The messages of a queue that wait for a worker, packed into blocks. Sizes are those of the blocks, not of the messages. */
export class Backlog {
  messages = 0;
  /** Bytes of all blocks. */
  size = 0;
  readonly #room: QueueRoom;
  #blocks: Block[] = [];
  #head = 0; // index of the first block

  constructor(room: QueueRoom) {
    this.#room = room;
  }

  /** Append a frame. A large one is kept as it is, a small one is copied. */
  push(bytes: Buffer, start: number, end: number): void {
    const size = end - start;
    this.#count(0, 1);
    if (size >= limits.direct) {
      this.#add({ bytes: compact(bytes.subarray(start, end)), start: 0, end: size });
      return;
    }
    let last = this.#blocks.at(-1);
    if (last === undefined || last.bytes.length - last.end < size) {
      const room = Math.min(limits.pageSize, Math.max(firstBlock, (last?.bytes.length ?? 0) * 2));
      last = { bytes: Buffer.allocUnsafeSlow(Math.max(size, room)), start: 0, end: 0 };
      this.#add(last);
    }
    bytes.copy(last.bytes, last.end, start, end);
    last.end += size;
  }

  /** Put whole frames back to the front. */
  unshift(frames: Buffer, messages: number): void {
    const block = { bytes: Buffer.from(frames), start: 0, end: frames.length };
    this.#blocks.splice(0, this.#head, block);
    this.#head = 0;
    this.#count(block.bytes.length, messages);
  }

  /**
   * Pass the first frame to `take`, or as many as are together in its block with `together`. They are gone then. There must
   * be one.
   */
  shift(take: (bytes: Buffer, start: number, end: number, messages: number) => void, together: boolean): void {
    const block = this.#blocks[this.#head] as Block;
    const { bytes, start } = block;
    let [end, messages] = [start, 0];
    do {
      end += headerSize + bytes.readUInt32BE(end);
      messages++;
    } while (together && end < block.end);
    block.start = end;
    this.#count(0, -messages);
    if (end === block.end) this.#removeFirst();
    take(bytes, start, end, messages);
  }

  #add(block: Block): void {
    this.#blocks.push(block);
    this.#count(block.bytes.length, 0);
  }

  #removeFirst(): void {
    this.#count(-(this.#blocks[this.#head]?.bytes.length ?? 0), 0);
    this.#blocks[this.#head++] = taken; // its memory is free at once
    if (this.#head * 2 < this.#blocks.length) return;
    this.#blocks.splice(0, this.#head); // now and then, so that it costs little for each
    this.#head = 0;
  }

  #count(bytes: number, messages: number): void {
    const before = this.messages;
    this.size += bytes;
    this.messages += messages;
    this.#room.count(bytes, messages, Number(this.messages > 0) - Number(before > 0));
  }
}

/** The bytes, copied if most of their memory belongs to others. */
export function compact(bytes: Buffer): Buffer {
  return bytes.length * 2 < bytes.buffer.byteLength ? Buffer.from(Uint8Array.prototype.slice.call(bytes)) : bytes;
}
