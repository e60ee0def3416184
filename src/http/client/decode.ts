import type { Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate, type ZlibOptions } from "node:zlib";
import { counted } from "../../text/counted.js";
import { excerpt } from "./excerpt.js";
import { type ErrorClass, FetchError } from "./fetch-error.js";

const decoders = new Map<string, (options: ZlibOptions & { signal: AbortSignal }) => Transform>([
  ["gzip", createGunzip],
  ["x-gzip", createGunzip],
  ["deflate", createInflate],
  ["br", createBrotliDecompress],
]);

const [smallestChunk, largestChunk] = [16 * 1024, 256 * 1024]; // bytes; each chunk takes one turn of the event loop

/**
 * Undo the Content-Encoding `coding` of a body: gzip, deflate or br. At most one of them is undone, because each
 * further one could multiply the size again. Rejects with FetchError. Its class is `too_large` for more codings, or as
 * soon as more than `maxBody` bytes have come out. It is `bad_body` for an unknown coding or a broken body.
 * Cancellation: stops within a chunk of 256 KiB and rejects with an AbortError.
 */
export async function decode(
  { status, body }: { status: number; body: Buffer },
  coding: string,
  maxBody: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const fail = (errorClass: ErrorClass, message: string, cause?: unknown) =>
    new FetchError(errorClass, message, { status, cause });

  const codings = coding.toLowerCase().split(/[,\s]+/);
  const [name = "", ...more] = codings.filter((each) => each !== "" && each !== "identity");
  if (name === "" || body.length === 0) return body;
  if (more.length > 0)
    throw fail("too_large", `${more.length + 1} content codings on top of each other, at most 1 is undone`);
  const decoder = decoders.get(name);
  if (!decoder)
    throw fail("bad_body", `expected gzip, deflate or br, got the content coding ${excerpt(Buffer.from(name))}`);
  const chunkSize = Math.min(largestChunk, Math.max(smallestChunk, 4 * body.length));
  try {
    const decoded = await passed(body, decoder({ chunkSize, signal }), maxBody);
    if (decoded) return decoded;
  } catch (cause) {
    if (signal.aborted) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "Z_BUF_ERROR")
      throw fail("bad_body", `expected ${name} to its end, got ${counted(body.length, "byte")} of it`, cause);
    throw fail("bad_body", `expected ${name}, got ${excerpt(body)}`, cause);
  }
  throw fail("too_large", `the body is longer than ${counted(maxBody, "byte")}, decoded`);
}

/** Pass `body` through `stream`. Undefined if more than `most` bytes come out. */
async function passed(body: Buffer, stream: Transform, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.end(body);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > most) return undefined; // this destroys the stream
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}
