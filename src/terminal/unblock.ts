import { fstatSync } from "node:fs";

/** The parts of a stream that Node does not describe. */
interface Handle {
  /** The descriptor that is written to: for a terminal another one than the stream's, which nobody else shares. */
  readonly fd: number;
  setBlocking?(isBlocking: boolean): number;
}

/**
 * Let writes to a terminal wait in memory, as writes to a pipe do. Node's own wait in the kernel: Ctrl-S, or a terminal
 * behind a slow line, stops the event loop, and with it every socket and signal. Only on Linux, and only if Node has
 * opened the terminal anew: other programs would see the setting of a shared descriptor.
 */
export function unblock(stream: NodeJS.WriteStream & { fd: number }): void {
  const { _handle: handle } = stream as { _handle?: Handle | null };
  if (process.platform !== "linux" || !stream.isTTY || !handle || handle.fd === stream.fd) return;
  handle.setBlocking?.(false);
}

/**
 * The stream for notices and status lines: stderr, or stdout if both are one terminal. A slow terminal would otherwise
 * show a notice in the middle of a line.
 */
export function noticeStream(): NodeJS.WriteStream {
  const { stdout, stderr } = process;
  return stdout.isTTY && stderr.isTTY && isOneTerminal() ? stdout : stderr;
}

function isOneTerminal(): boolean {
  try {
    return fstatSync(1).rdev === fstatSync(2).rdev;
  } catch {
    return false; // it has closed
  }
}
