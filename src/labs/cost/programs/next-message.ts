import type { ChildProcess } from "node:child_process";
import type { Worker } from "node:worker_threads";

/** The next message of a worker or process. Rejects with its error, or with the signal or code of its end. */
export function nextMessage<T>(sender: Worker | ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: T) => settle(() => resolve(message));
    const onError = (error: Error) => settle(() => reject(error));
    const onExit = (code: number | null, signal?: NodeJS.Signals | null) =>
      settle(() => reject(new Error(signal ?? `exit code ${code}`)));
    const settle = (act: () => void) => {
      sender.off("message", onMessage).off("error", onError).off("exit", onExit);
      act();
    };
    sender.on("message", onMessage).on("error", onError).on("exit", onExit);
  });
}
