/** The main file of every worker, thread or process. */
import { isMainThread, workerData } from "node:worker_threads";
import { runProcessWorker } from "./process-worker.js";
import { runThreadWorker } from "./thread-worker.js";

if (isMainThread) void runProcessWorker();
else void runThreadWorker(workerData);
