import { decode } from "./decode.js";

export interface BodyOptions {
  /** The longest body to take, in bytes. It holds for the bytes as sent and for the decoded ones. */
  maxBody: number;
  /** Whether the reply gets its `body` (default: true). With false it only has the length. */
  keepBody?: boolean | undefined;
}

export const emptyBody: Buffer = Buffer.alloc(0);

/** The bytes of one body: kept as they arrive, then decoded. */
export class Body {
  readonly #maxBody: number;
  /** One buffer, because a body in a million chunks would otherwise be a million objects. */
  #buffer = emptyBody;
  #length = 0;
  #decoding: AbortController | undefined;

  constructor({ maxBody }: Pick<BodyOptions, "maxBody">) {
    this.#maxBody = maxBody;
  }

  get content(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  add(chunk: Buffer): void {
    this.#buffer = append(this.#buffer, this.#length, chunk, this.#maxBody);
    this.#length += chunk.length;
  }

  /**
   * Replace the content by the decoded one and resolve with its length in bytes. `coding` is the Content-Encoding,
   * `status` that of the reply. Rejects as decode() does.
   */
  async decode(coding: string, status: number): Promise<number> {
    this.#decoding = new AbortController();
    this.#buffer = await decode({ status, body: this.content }, coding, this.#maxBody, this.#decoding.signal);
    this.#length = this.#buffer.length;
    return this.#length;
  }

  /** Let a running decode() reject. */
  stopDecoding(): void {
    this.#decoding?.abort();
  }
}

/**
 * Copy `chunk` behind the first `length` bytes of `buffer` and return the buffer. A full buffer is replaced by a copy
 * of at least twice its size. The copy is not larger than `most` bytes, unless the content needs it.
 */
export function append(buffer: Buffer, length: number, chunk: Buffer, most: number): Buffer {
  const needed = length + chunk.length;
  let roomy = buffer;
  if (needed > buffer.length) {
    roomy = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * buffer.length, most)));
    buffer.copy(roomy, 0, 0, length);
  }
  chunk.copy(roomy, length);
  return roomy;
}
