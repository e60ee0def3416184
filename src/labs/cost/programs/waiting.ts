/** Workers in Atomics.wait. The answer is their thread ids, as /proc knows them. */
import { Worker } from "node:worker_threads";
import { nextMessage } from "./next-message.js";
import { serve } from "./serve.js";

export interface WaitingOrder {
  threads: number;
  /** Each wait ends after this time and begins again; null: it never ends. */
  wakeMs: number | null;
}

const code = `
  const { parentPort, workerData: wakeMs } = require("node:worker_threads");
  const { readlinkSync } = require("node:fs");
  const [, tid] = /task\\/(\\d+)$/.exec(readlinkSync("/proc/thread-self"));
  parentPort.postMessage(Number(tid));
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) Atomics.wait(never, 0, 0, wakeMs ?? Infinity);
`;

serve(({ threads, wakeMs }: WaitingOrder): Promise<number[]> => {
  const workers = Array.from({ length: threads }, () => new Worker(code, { eval: true, workerData: wakeMs }));
  return Promise.all(workers.map((worker) => nextMessage<number>(worker)));
});
