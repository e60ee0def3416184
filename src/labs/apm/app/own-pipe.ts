import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { isatty } from "node:tty";

const { O_WRONLY, O_NONBLOCK, O_NOCTTY } = constants;
const flags = O_WRONLY | O_NONBLOCK | O_NOCTTY; // else open() may wait, or make the terminal ours

/** A descriptor for a child to write to: one of ours, or a new one to the same reader. */
export interface ChildPipe extends Disposable {
  readonly fd: number;
}

/**
 * Open our pipe or terminal `fd` a second time for a child. Starting a child makes its descriptor blocking; if that were
 * ours, a stalled reader would block our next write, and with it every signal. Returns `fd` itself if it is neither or
 * cannot be opened. Dispose of it once the child has started.
 */
export function ownPipe(fd: number): ChildPipe {
  const inherited = { fd, [Symbol.dispose]: () => {} };
  if (!fstatSync(fd).isFIFO() && !isatty(fd)) return inherited;
  try {
    const own = openSync(`/proc/self/fd/${fd}`, flags);
    return { fd: own, [Symbol.dispose]: () => closeSync(own) };
  } catch {
    return inherited; // no /proc, or no reader
  }
}
