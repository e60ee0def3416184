import type { MessagePort } from "node:worker_threads";
import { Claims } from "./claims.js";
import { postParcel, receiveParcels } from "./parcel.js";
import { serve } from "./worker-harness.js";

/** What a thread is given at its start. */
export interface ThreadData {
  readonly module: string;
  readonly port: MessagePort;
  readonly claims: SharedArrayBuffer;
}

/** The worker's side of a thread. It ends when the pool closes the port. */
export function serveThread({ module, port, claims: shared }: ThreadData): Promise<void> {
  const claims = new Claims(shared);
  port.on("close", () => process.exit(0));
  return serve(module, {
    send: (report, moved) => postParcel(port, report, report, moved),
    receive: (take) =>
      receiveParcels(port, take, (error) => {
        throw error; // uncaught, it ends this worker, and is reported
      }),
    start: (id) => claims.claim(id),
  });
}
