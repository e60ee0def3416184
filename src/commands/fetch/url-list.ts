import { createReadStream } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { ExitError } from "../../concurrency/errors.js";
import { type LineSource, rawLines } from "../../labs/fetch/list.js";
import { UsageError } from "../kit/usage-error.js";

export interface UrlList {
  /** The lines from the beginning: those typed, then those of the file. */
  lines: LineSource;
  /** How many lines there are, if that can be known without waiting. */
  count(): Promise<number | undefined>;
}

/**
 * The URLs typed and those of `file`, where `-` means stdin, of which there is one pass alone. Rejects with UsageError
 * if the file cannot be read. Reading stdin ends with `signal`, and after `maxTimeMs` as if there were no more lines.
 */
export async function openList(
  { url: urls, file, maxTime }: { url: readonly string[]; file?: string; maxTime?: number },
  signal: AbortSignal,
): Promise<UrlList> {
  if (file !== undefined && file !== "-") await checkFile(file);
  return {
    async *lines() {
      if (urls.length > 0) yield urls;
      if (file !== undefined) yield* rawLines(file === "-" ? stdin(maxTime, signal) : contents(file));
    },
    async count() {
      if (file === "-") return undefined;
      return urls.length + (file === undefined ? 0 : await countLines(file));
    },
  };
}

async function checkFile(path: string): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path);
    if ((await handle.stat()).isDirectory()) throw new Error("it is a folder");
  } catch (error) {
    throw new UsageError(`--file must be a file that can be read: ${(error as Error).message}`);
  } finally {
    await handle?.close();
  }
}

async function* contents(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path);
  } catch (error) {
    throw new ExitError(1, `cannot read ${path}: ${(error as Error).message}`);
  }
}

/** A read from a terminal or a pipe cannot be called off: stdin is closed instead. */
async function* stdin(maxTimeMs: number | undefined, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  let ended = false;
  const end = () => {
    ended = true;
    process.stdin.destroy();
  };
  const timer = maxTimeMs === undefined ? undefined : setTimeout(end, maxTimeMs);
  signal.addEventListener("abort", end, { once: true });
  try {
    if (!signal.aborted) yield* process.stdin;
  } catch (error) {
    if (!ended) throw new ExitError(1, `cannot read stdin: ${(error as Error).message}`);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
}

async function countLines(path: string): Promise<number> {
  let count = 0;
  let last = 10;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++;
    last = chunk.at(-1) ?? last;
  }
  return last === 10 ? count : count + 1; // the last line may end without LF
}
