/** A program in a worker. Its loop runs dry, and is started again `workerData` times. It tells how often after its end. */
import { parentPort, workerData } from "node:worker_threads";

let runs = 0;
let restarts = 0;

function work(): void {
  setTimeout(() => runs++, 1);
}

process.on("beforeExit", () => {
  if (restarts === workerData) return;
  restarts++;
  work();
});

process.on("exit", () => {
  setTimeout(() => parentPort?.postMessage("a timer ran after the end"), 0);
  parentPort?.postMessage({ runs, restarts });
});

work();
