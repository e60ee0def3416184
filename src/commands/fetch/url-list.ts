import type { Stats } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import type { LineSource } from "../../labs/fetch/job-list.js";
import { rawLines } from "../../labs/fetch/url-lines.js";
import { UsageError } from "../kit/usage-error.js";
import type { FetchCommandOptions } from "./command-options.js";
import { countLines, fileLines } from "./list-file.js";
import { deviceContents, pipeContents, stdinContents } from "./list-stream.js";
import { isSameFile, refuseSame, statOf } from "./output-file.js";

export interface UrlList {
  /** The lines from the beginning: those typed, then those of the file. */
  lines: LineSource;
  /** How many lines there are, if that can be known without waiting. Cancellation: rejects once `signal` aborts. */
  count(signal: AbortSignal): Promise<number | undefined>;
}

/**
 * The URLs typed and those of `file`, where `-` means stdin. Rejects with UsageError if the file cannot be read, if it
 * is the one that `output` would empty or that results are `appendedTo`, or if it is stdin or a pipe and there is to be
 * more than one pass. Reading these, or a device, ends with `signal`, and at the end of the run as if there were no more
 * lines; a file is read to its end.
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

/** What `file` is; undefined for a stdin that is closed. Not opened: a pipe would wait for its writer, or lose it. */
async function examine(file: string): Promise<Stats | undefined> {
  try {
    const found = file === "-" ? statOf(0) : await stat(file);
    if (found?.isDirectory()) throw new Error("it is a folder");
    if (file !== "-") await access(file, constants.R_OK);
    return found;
  } catch (error) {
    throw new UsageError(`--file must be a file that can be read: ${(error as Error).message}`);
  }
}

function checkOnePass(file: string, { repeat = 1, warmup = 0, sweep }: FetchCommandOptions): void {
  if (repeat === 1 && warmup === 0 && !sweep) return;
  const what = file === "-" ? "--file -" : `--file ${file} is a pipe, which`;
  throw new UsageError(`${what} can be read once: --repeat, --warmup and --sweep need URLs or a file`);
}
