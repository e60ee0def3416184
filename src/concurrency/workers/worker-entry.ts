/** What a worker runs: as the main file of a thread or of a process, it serves the tasks of the pool that started it. */
import { isMainThread, workerData } from "node:worker_threads";
import { serveProcess } from "./process-wire.js";
import { serveThread } from "./thread-wire.js";

if (isMainThread) void serveProcess();
else void serveThread(workerData);
