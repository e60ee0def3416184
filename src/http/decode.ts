import { promisify } from "node:util";
import { brotliDecompress, type CompressCallback, gunzip, inflate, type ZlibOptions } from "node:zlib";
import { excerpt } from "./excerpt.js";
import { FetchError } from "./fetch-error.js";

type Decoder = (body: Buffer, options: ZlibOptions, done: CompressCallback) => void;

const decoders = new Map<string, Decoder>([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflate],
  ["br", brotliDecompress],
]);

/**
 * `body` without its Content-Encoding `coding`: gzip, deflate or br, and one of them at most, for each more could
 * multiply the size again. Stops as soon as `maxBody` bytes have come out. Rejects with FetchError: `too_large` for more
 * than that, or more codings; `bad_body` for a coding that is unknown or that the body does not have.
 */
export async function decode(body: Buffer, coding: string, maxBody: number, status: number): Promise<Buffer> {
  const codings = coding
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "" && name !== "identity");
  const [name] = codings;
  if (name === undefined || body.length === 0) return body;
  if (codings.length > 1) {
    throw new FetchError("too_large", `${codings.length} content codings on top of each other, at most 1 is undone`, {
      status,
    });
  }
  const decoder = decoders.get(name);
  if (!decoder) throw new FetchError("bad_body", `unknown content coding ${excerpt(Buffer.from(name))}`, { status });
  try {
    return (await promisify(decoder)(body, { maxOutputLength: maxBody })) as Buffer;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE")
      throw new FetchError("too_large", `the body is longer than ${maxBody} bytes, decoded`, { status, cause });
    throw new FetchError("bad_body", `expected ${name}, got ${excerpt(body)}`, { status, cause });
  }
}
