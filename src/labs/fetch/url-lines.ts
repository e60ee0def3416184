import { isUtf8 } from "node:buffer";
import { FetchError } from "../../http/client/fetch-error.js";
import { cut } from "../../text/cut.js";
import { maskPassword } from "./mask-password.js";
import { parseUrl } from "./parse-url.js";

/** One line of a list of URLs: its index, counted from 0, and its URL or its error. */
export interface UrlLine {
  index: number;
  /** As in the list, cut if it is too long. */
  text: string;
  url?: URL;
  error?: FetchError;
}

/** A line as it was read, without its line end. Of a line that is refused: the part to show, and the reason. */
export type RawLine = string | readonly [shown: string, why: string];

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
  if (line.length > longestLine)
    return [`${line.toString("utf8", 0, 80)}…`, `a line of more than ${longestLine} bytes`];
  const text = line.toString("utf8");
  return text.includes("\ufffd") && !isUtf8(line) ? [shownBytes(line), "a line that is not UTF-8"] : text;
}

/** The text of a line, in which a byte that is no UTF-8 stands as `\xfc`. */
function shownBytes(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((count) => at + count <= bytes.length && isUtf8(bytes.subarray(at, at + count)));
    text += length ? bytes.toString("utf8", at, at + length) : `\\x${bytes.toString("hex", at, at + 1)}`;
    at += length ?? 1;
  }
  return text;
}

function refused(index: number, text: string, got: string): UrlLine {
  return { index, text, error: new FetchError("bad_url", `expected an http or https URL, got ${got}`) };
}

/** A line as an http or https URL, or as a FetchError of class `bad_url`. */
export function parseUrlLine(raw: RawLine, index: number): UrlLine {
  if (typeof raw !== "string") return refused(index, raw[0], raw[1]);
  const url = parseUrl(raw);
  if (typeof url !== "string") return { index, text: raw, url };
  if (raw.trim() === "") return refused(index, raw, "an empty line");
  return refused(index, raw, JSON.stringify(cut(maskPassword(raw), 80)) + (url && `: ${url}`));
}
