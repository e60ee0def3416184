import { FetchError } from "../../http/client/fetch-error.js";
import { cut } from "../../text/cut.js";
import { maskPassword } from "./mask-password.js";

/** One line of a list of URLs: its index, counted from 0, and its URL or its error. */
export interface UrlLine {
  index: number;
  /** As in the list, cut if it is too long. */
  text: string;
  url?: URL;
  error?: FetchError;
}

/** A line as it was read, without its line end. Of a line that is too long: the beginning, in an array of one. */
export type RawLine = string | readonly [tooLong: string];

const longestLine = 8 * 1024; // bytes
const batchSize = 64; // lines; all lines of a chunk would be old garbage before they are used
const [newline, carriageReturn] = [10, 13];
const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);
const nothing = Buffer.alloc(0);
const mostOfLine = byteOrderMark.length + longestLine + 2; // one byte too many, and a CR

/**
 * The lines of a list, up to 64 at a time, however its bytes are cut into chunks. A line ends in LF or CRLF; the last one
 * needs no end. A line longer than 8 KiB is cut as it comes, so memory depends on the size of a chunk alone.
 */
export async function* rawLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<RawLine[]> {
  let rest: Buffer = nothing; // of an unfinished line: enough to tell whether it is too long
  let first = true;
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    let lines: RawLine[] = [];
    let start = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, start)) {
      const line = bytes.subarray(start, end);
      lines.push(toRawLine(rest.length > 0 ? Buffer.concat([rest, line]) : line, first));
      rest = nothing;
      first = false;
      start = end + 1;
      if (lines.length < batchSize) continue;
      yield lines;
      lines = [];
    }
    const room = Math.max(0, mostOfLine - rest.length);
    if (start < bytes.length) rest = Buffer.concat([rest, bytes.subarray(start, start + room)]);
    if (lines.length > 0) yield lines;
  }
  if (rest.length > 0) yield [toRawLine(rest, first)];
}

function toRawLine(bytes: Buffer, first: boolean): RawLine {
  let line = bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes;
  if (first && line.subarray(0, 3).equals(byteOrderMark)) line = line.subarray(3);
  return line.length > longestLine ? [`${line.toString("utf8", 0, 80)}…`] : line.toString("utf8");
}

/** A line as an http or https URL, or as a FetchError of class `bad_url`. */
export function parseUrlLine(raw: RawLine, index: number): UrlLine {
  if (typeof raw !== "string") {
    const error = new FetchError(
      "bad_url",
      `expected an http or https URL, got a line of more than ${longestLine} bytes`,
    );
    return { index, text: raw[0], error };
  }
  const url = parseUrl(raw);
  if (url) return { index, text: raw, url };
  const shown = maskPassword(raw);
  const got = raw.trim() === "" ? "an empty line" : JSON.stringify(cut(shown, 80));
  return { index, text: raw, error: new FetchError("bad_url", `expected an http or https URL, got ${got}`) };
}

function parseUrl(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
  } catch {
    return undefined;
  }
}
