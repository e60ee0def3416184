import { FetchError } from "./fetch-error.js";

/** One line of a list of URLs: where it stands in the list, counted from 0, and what it says, or what is wrong with it. */
export interface UrlLine {
  index: number;
  /** As it stands in the list; cut short if it is too long. */
  text: string;
  url?: URL;
  error?: FetchError;
}

const longestLine = 8 * 1024; // bytes
const [newline, carriageReturn] = [10, 13];
const byteOrderMark = "\ufeff";

/**
 * The lines of a list, however its bytes are cut into chunks. A line ends in LF or CRLF, the last one may end without;
 * each comes out once, good or bad. A line of more than 8 KiB is bad, and its rest is dropped as it comes, so that
 * memory depends on the length of a chunk alone.
 */
export async function* urlLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<UrlLine> {
  let index = 0;
  let rest: Buffer = Buffer.alloc(0); // of a line that has not ended yet: its first 8 KiB and a byte
  for await (const chunk of chunks) {
    let start = 0;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const line = bytes.subarray(start, end);
      yield toUrlLine(rest.length > 0 ? Buffer.concat([rest, line]) : line, index++);
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    const room = longestLine + 2 - rest.length; // one more than a line and its CR may have
    if (start < bytes.length) rest = Buffer.concat([rest, bytes.subarray(start, start + Math.max(0, room))]);
  }
  if (rest.length > 0) yield toUrlLine(rest, index);
}

function toUrlLine(bytes: Buffer, index: number): UrlLine {
  const line = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
  if (line.length > longestLine) {
    const text = `${line.toString("utf8", 0, 80)}…`;
    return { index, text, error: new FetchError("bad_url", `a line of more than ${longestLine} bytes`) };
  }
  const text = line.toString("utf8");
  return parseUrlLine(index === 0 && text.startsWith(byteOrderMark) ? text.slice(1) : text, index);
}

/** `text` as a URL to fetch: http or https. */
export function parseUrlLine(text: string, index: number): UrlLine {
  try {
    const url = new URL(text);
    if (url.protocol === "http:" || url.protocol === "https:") return { index, text, url };
  } catch {
    // said below
  }
  const got = text.trim() === "" ? "an empty line" : JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  return { index, text, error: new FetchError("bad_url", `expected an http or https URL, got ${got}`) };
}
