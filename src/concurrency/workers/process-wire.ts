import { searchContent } from "./cloning.js";
import { serve, type Wire } from "./worker-harness.js";

/**
 * The worker's side of a process. The signals that ask a program to end reach a whole process group, and are ignored:
 * the parent decides. The child ends when the channel closes, so also when its parent is gone.
 */
export function serveProcess(): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("disconnect", () => process.exit(0));
  process.channel?.unref(); // as in a thread, an import that waits for nothing any more ends the worker, which failed
  const { abort } = process;
  const sendToPool = process.send?.bind(process);
  delete process.send; // the channel is the pool's: a task that wrote to it would be taken for a report
  const wire: Wire = {
    send(report) {
      searchContent(report);
      sendToPool?.(report, undefined, {}, () => {});
    },
    receive(take) {
      process.on("message", take);
      process.channel?.ref();
    },
    start: () => true,
  };
  // Running out of memory ends in SIGABRT as well: say that this one is meant.
  process.abort = () => {
    wire.send(["crashed"]);
    return abort();
  };
  return serve(process.argv[2] as string, wire);
}
