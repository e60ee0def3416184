import { closeTerminals } from "../process/close-terminals.js";
import { refuse, searchContent } from "./cloning.js";
import { openParcel, type Parcel, pack } from "./parcel.js";
import { runTasks } from "./run-tasks.js";
import { type PoolChannel, type TaskMessage, timed } from "./worker-protocol.js";

/**
 * The main program of a worker process. It ignores the signals that end programs: they reach the whole process group,
 * and the parent decides. The process ends when its channel closes, so also when its parent is gone.
 */
export function runProcessWorker(): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("disconnect", () => process.exit(0));
  process.on("exit", closeTerminals);
  process.channel?.unref(); // an import that waits for nothing any more then ends the worker, as it does in a thread
  const { abort } = process;
  const sendToPool = process.send?.bind(process);
  delete process.send; // the pool would take a task's own message for one of the worker
  const channel: PoolChannel = {
    send(message) {
      const { aggregates } = searchContent(message, refuse);
      sendToPool?.(pack(message, { aggregates }), undefined, {}, () => {});
    },
    receive(take) {
      process.on("message", (parcel: Parcel<readonly TaskMessage[]>) => take(openParcel(parcel)));
      process.channel?.ref();
    },
    claim: () => true,
    isTimed: process.argv[3] === timed,
  };
  // A worker out of memory ends in SIGABRT too: this message tells the two apart.
  process.abort = () => {
    channel.send(["crashed"]);
    return abort();
  };
  return runTasks(process.argv[2] as string, channel);
}
