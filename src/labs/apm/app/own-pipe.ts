import { closeSync, constants, fstatSync, openSync } from "node:fs";

/** A descriptor for a child to write to: one of ours, or a new one to the same reader. */
export interface ChildPipe extends Disposable {
  readonly fd: number;
}

/**
 * Open our pipe `fd` a second time for a child. Starting a child makes its pipe blocking; if that were ours, a stalled
 * reader would block our next write, and with it every signal. Returns `fd` itself if it is no pipe or cannot be
 * opened. Dispose of it once the child has started.
 */
export function ownPipe(fd: number): ChildPipe {
  const inherited = { fd, [Symbol.dispose]: () => {} };
  if (!fstatSync(fd).isFIFO()) return inherited;
  try {
    const own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK); // else it may block
    return { fd: own, [Symbol.dispose]: () => closeSync(own) };
  } catch {
    return inherited; // no /proc, or no reader
  }
}
