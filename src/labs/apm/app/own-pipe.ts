import { closeSync, constants, fstatSync, openSync } from "node:fs";

/** What a child is to write to: a file descriptor of ours, or a way of its own to the same reader. */
export interface ChildPipe extends Disposable {
  readonly fd: number;
}

/**
 * A way of the child's own into the pipe that is our `fd`. To start a child with a pipe makes the pipe blocking, and
 * ours is the same: a reader that has stopped reading would hold us up at our next word, deaf to every signal. Where
 * there is no such way, or no pipe, it is our `fd`. Dispose of it once the child is started.
 */
export function ownPipe(fd: number): ChildPipe {
  const inherited = { fd, [Symbol.dispose]: () => {} };
  if (!fstatSync(fd).isFIFO()) return inherited;
  try {
    const own = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK); // else it may wait for a reader
    return { fd: own, [Symbol.dispose]: () => closeSync(own) };
  } catch {
    return inherited; // no /proc, or nobody reads
  }
}
