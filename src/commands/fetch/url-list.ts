import type { Stats } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import type { LineSource } from "../../labs/fetch/job-list.js";
import { rawLines } from "../../labs/fetch/url-lines.js";
import { checkStdin } from "../kit/stdin.js";
import { UsageError } from "../kit/usage-error.js";
import type { FetchCommandOptions } from "./command-options.js";
import { countLines, fileLines } from "./list-file.js";
import { deviceContents, pipeContents, stdinContents } from "./list-stream.js";
import { isSameFile, refuseSame } from "./output-file.js";

export interface UrlList {
  /** All lines from the beginning: the typed URLs, then the lines of the file. */
  lines: LineSource;
  /** The number of lines; undefined if counting would have to wait for input. Cancellation: rejects once `signal` aborts. */
  count(signal: AbortSignal): Promise<number | undefined>;
}

/**
 * The typed URLs and the lines of `file`; `-` is stdin. stdin, a pipe or a device ends on an abort and at the end of the
 * run; a regular file is read to its end.
 *
 * Rejects with UsageError if the file cannot be read. The file must also differ from `output`, which would empty it, and
 * from `appendedTo`, which receives results. Stdin and pipes allow one pass only.
 */
export async function openList(typed: FetchCommandOptions, signal: AbortSignal, appendedTo?: Stats): Promise<UrlList> {
  const { url: urls, file } = typed;
  const found = file === undefined ? undefined : await examine(file);
  if (file !== undefined && found) {
    if (file === "-" || found.isFIFO()) checkOnePass(file, typed);
    await refuseSame(typed.output, found, "the list, which it would overwrite");
    if (isSameFile(appendedTo, found)) {
      const why = "stdout must be another file than the list, which would grow as long as it is read";
      throw new UsageError(why, { mayUseStdout: false });
    }
  }
  const rest = file === undefined ? () => [] : linesOf(file, found, signal);
  return {
    async *lines(endAt) {
      if (urls.length > 0) yield urls;
      yield* rest(endAt);
    },
    async count(own) {
      if (file === undefined) return urls.length;
      return file !== "-" && found?.isFile() ? urls.length + (await countLines(file, own)) : undefined;
    },
  };
}

function linesOf(file: string, found: Stats | undefined, signal: AbortSignal): LineSource {
  if (file === "-") return (endAt) => rawLines(stdinContents({ endAt, signal }));
  if (found?.isFIFO()) return (endAt) => rawLines(pipeContents(file, { endAt, signal }));
  if (!found?.isFile()) return (endAt) => rawLines(deviceContents(file, { endAt, signal }));
  return fileLines(file, signal);
}

/** The type of `file`; undefined if stdin is closed. It is not opened: a pipe would wait for its writer or lose it. */
async function examine(file: string): Promise<Stats | undefined> {
  try {
    if (file === "-") return checkStdin("--file");
    const found = await stat(file);
    if (found.isDirectory()) throw new Error("it is a folder");
    await access(file, constants.R_OK);
    return found;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`--file must be a file that can be read: ${(error as Error).message}`);
  }
}

function checkOnePass(file: string, { repeat = 1, warmup = 0, sweep }: FetchCommandOptions): void {
  if (repeat === 1 && warmup === 0 && !sweep) return;
  const source = file === "-" ? "--file -" : `--file ${file} is a pipe, which`;
  throw new UsageError(`${source} can be read once: --repeat, --warmup and --sweep need URLs or a file`);
}
