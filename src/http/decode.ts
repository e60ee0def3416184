import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate, type ZlibOptions } from "node:zlib";
import { excerpt } from "./excerpt.js";
import { type ErrorClass, FetchError } from "./fetch-error.js";

type Decoder = (body: Buffer, options: ZlibOptions, done: (error: Error | null, decoded: Buffer) => void) => void;

const decoders = new Map<string, Decoder>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflate],
  ["br", brotliDecompress],
]);

/**
 * The body of a reply without its Content-Encoding `coding`: gzip, deflate or br, and one of them at most, for each more
 * could multiply the size again. Stops as soon as `maxBody` bytes have come out. Rejects with FetchError: `too_large` for
 * more than that, or more codings; `bad_body` for a coding that is unknown or that the body does not have.
 */
export async function decode(reply: { status: number; body?: Buffer | undefined }, coding: string, maxBody: number) {
  const { status, body = Buffer.alloc(0) } = reply;
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
  try {
    return await promisify(decoder)(body, { maxOutputLength: maxBody });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE")
      throw fail("too_large", `the body is longer than ${maxBody} bytes, decoded`, cause);
    if (code === "Z_BUF_ERROR")
      throw fail("bad_body", `expected ${name} to its end, got ${body.length} bytes of it`, cause);
    throw fail("bad_body", `expected ${name}, got ${excerpt(body)}`, cause);
  }
}
