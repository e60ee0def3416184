import type { RunContext } from "../../concurrency/index.js";

const againMs = 20;

/**
 * Let the process end once its exit code is set and all that it wrote is out, though a name is still being looked up: that
 * cannot be called off, and Node would wait for it, ten seconds and more for a name server that does not answer. For
 * commands that leave nothing else behind.
 */
export function leaveWithoutLookups({ defer }: Pick<RunContext, "defer">): void {
  defer(() => {
    const unread = () => process.stdout.writableLength + process.stderr.writableLength;
    const look = () => process.exitCode !== undefined && unread() === 0 && process.exit();
    setInterval(look, againMs).unref();
  });
}
