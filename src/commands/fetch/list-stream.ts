import { constants, createReadStream, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { isatty, ReadStream } from "node:tty";
import { ExitError, onAbort } from "../../concurrency/index.js";

interface Ends {
  /** Then there is no more to come, on the clock of performance.now() (default: never). */
  endAt: number | undefined;
  signal: AbortSignal;
}

/** What stdin has, once. Ends with `signal` and at `endAt` as if there were no more. */
export function stdinContents(ends: Ends): AsyncGenerator<Uint8Array> {
  return untilEnd("stdin", () => process.stdin, ends);
}

/** What comes out of a named pipe, once; it ends like stdin, also if nobody ever writes to it. */
export function pipeContents(path: string, ends: Ends): AsyncGenerator<Uint8Array> {
  // Without O_NONBLOCK it would wait for a writer, and so would the end of this process.
  const fd = () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return untilEnd(path, () => new Socket({ fd: fd(), readable: true, writable: false }), ends);
}

/** What a device gives, a terminal or /dev/zero by mistake: nothing says that it ever ends, and so it ends like stdin. */
export function deviceContents(path: string, ends: Ends): AsyncGenerator<Uint8Array> {
  const opened = () => {
    const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    return isatty(fd) ? new ReadStream(fd) : createReadStream(path, { fd });
  };
  return untilEnd(path, opened, ends);
}

/** A read from a terminal or a pipe cannot be called off: the stream is closed instead. */
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
