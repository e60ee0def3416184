import { Worker } from "node:worker_threads";
import { onAbort } from "../../concurrency/index.js";
import { counted } from "../../text/counted.js";
import type { Outcome } from "../lab.js";

const dryLoop = new URL("./dry-loop.js", import.meta.url);

/** Tier 2: a loop that has run dry emits `beforeExit`. New work starts it again; after `exit` there is no way back. */
export async function eventLoop(signal: AbortSignal, restarts = 2): Promise<Outcome> {
  const messages: unknown[] = [];
  const worker = new Worker(dryLoop, { workerData: restarts });
  const forget = onAbort(signal, () => void worker.terminate());
  worker.on("message", (message) => messages.push(message));
  try {
    await new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
  } finally {
    forget();
  }
  signal.throwIfAborted();
  const [{ runs, restarts: done }] = messages as [{ runs: number; restarts: number }];
  return {
    measured: `started again ${counted(done, "time")}, ${counted(runs, "timer")} ran; ${messages.length - 1} ran after its end`,
    holds: done === 2 && runs === 3 && messages.length === 1,
  };
}
