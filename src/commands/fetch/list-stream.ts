import { constants, createReadStream, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { isatty, ReadStream } from "node:tty";
import { ExitError, onAbort } from "../../concurrency/index.js";

interface Ends {
  /** The time at which the contents end, on the clock of performance.now(). Default: none. */
  endAt: number | undefined;
  signal: AbortSignal;
}

/** The contents of stdin, readable once. At `endAt` and on an abort they end like a stream that is over. */
export function stdinContents(ends: Ends): AsyncGenerator<Uint8Array> {
  return untilEnd("stdin", () => process.stdin, ends);
}

/** The contents of a named pipe, readable once. They end like stdin, even if the pipe never has a writer. */
export function pipeContents(path: string, ends: Ends): AsyncGenerator<Uint8Array> {
  // Without O_NONBLOCK, open() waits for a writer, and so does the end of this process.
  const fd = () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return untilEnd(path, () => new Socket({ fd: fd(), readable: true, writable: false }), ends);
}

/** The contents of a device, such as a terminal or, by mistake, /dev/zero. They may be endless, so they end like stdin. */
export function deviceContents(path: string, ends: Ends): AsyncGenerator<Uint8Array> {
  const opened = () => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return isatty(fd) ? new ReadStream(fd) : createReadStream(path, { fd });
  };
  return untilEnd(path, opened, ends);
}

/** A read from a terminal or a pipe cannot be cancelled, so the stream is destroyed. */
async function* untilEnd(
  name: string,
  opened: () => Readable,
  { endAt = Number.POSITIVE_INFINITY, signal }: Ends,
): AsyncGenerator<Uint8Array> {
  const leftMs = endAt - performance.now();
  if (signal.aborted || leftMs <= 0) return;
  let stream: Readable | undefined;
  let ended = false;
  const end = () => {
    ended = true;
    stream?.destroy();
  };
  const timer = Number.isFinite(leftMs) ? setTimeout(end, Math.ceil(leftMs)) : undefined;
  const forget = onAbort(signal, end);
  try {
    stream = opened();
    yield* stream;
  } catch (error) {
    if (!ended) throw new ExitError(1, `cannot read ${name}: ${(error as Error).message}`);
  } finally {
    clearTimeout(timer);
    forget();
    stream?.destroy();
  }
}
