import type { MessagePort } from "node:worker_threads";
import { Claims } from "./claims.js";
import { postParcel, receiveParcels } from "./parcel.js";
import { runTasks } from "./run-tasks.js";

/** The workerData of a worker thread. */
export interface ThreadData {
  readonly module: string;
  readonly port: MessagePort;
  readonly claims: SharedArrayBuffer;
  readonly isTimed: boolean;
}

/** The main program of a worker thread. It ends when the pool closes the port. */
export function runThreadWorker({ module, port, claims: shared, isTimed }: ThreadData): Promise<void> {
  const claims = new Claims(shared);
  port.on("close", () => process.exit(0));
  return runTasks(module, {
    send: (message, moved) => postParcel(port, message, message, moved),
    receive: (take) =>
      receiveParcels(port, take, (error) => {
        throw error; // uncaught, so that the worker ends and the pool learns why
      }),
    claim: (id) => claims.claim(id),
    isTimed,
  });
}
