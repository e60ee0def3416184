import { parentPort } from "node:worker_threads";

parentPort?.on("message", ({ memory, move }: { memory: ArrayBuffer; move: boolean }) => {
  parentPort?.postMessage(memory, move ? [memory] : []);
});
