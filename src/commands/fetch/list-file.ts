import { createReadStream } from "node:fs";
import { ExitError, isCancelled } from "../../concurrency/index.js";
import type { LineSource } from "../../labs/fetch/job-list.js";
import { type RawLine, rawLines } from "../../labs/fetch/url-lines.js";

const mostKept = 2 ** 20; // bytes

/**
 * The lines of a file, from the beginning at each call. The lines of a file up to 1 MiB are kept after the first complete
 * pass: opening it for each of a million passes would take longer than the passes. A larger file is read each time.
 * Cancellation: the lines reject with `signal.reason`, even within an endless line.
 */
export function fileLines(path: string, signal: AbortSignal): LineSource {
  let kept: RawLine[][] | undefined;
  return async function* lines() {
    if (kept) {
      yield* kept;
      return;
    }
    let read: RawLine[][] | undefined = [];
    let bytes = 0;
    const counted = (chunk: Uint8Array) => {
      bytes += chunk.length;
      if (bytes > mostKept) read = undefined;
    };
    for await (const batch of rawLines(contents(path, signal, counted))) {
      read?.push(batch);
      yield batch;
    }
    kept = read;
  };
}

async function* contents(
  path: string,
  signal: AbortSignal,
  counted: (chunk: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
      counted(chunk);
      yield chunk;
    }
  } catch (error) {
    if (isCancelled(error, signal)) throw signal.reason;
    throw new ExitError(1, `cannot read ${path}: ${(error as Error).message}`);
  }
}

/** The number of lines in a file. Rejects with the file system's error. Cancellation: rejects with an AbortError. */
export async function countLines(path: string, signal: AbortSignal): Promise<number> {
  let count = 0;
  let last = 10;
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++;
    last = chunk.at(-1) ?? last;
  }
  return last === 10 ? count : count + 1; // the last line may end without LF
}
