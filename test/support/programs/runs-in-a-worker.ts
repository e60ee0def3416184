import { parentPort } from "node:worker_threads";
import { run, sleep } from "../../../src/concurrency/index.js";

const value = await run(async ({ spawn, defer }) => {
  const stopped: string[] = [];
  spawn((signal) => sleep(60_000, { signal }).finally(() => stopped.push("task")));
  defer(() => stopped.push("clean-up"));
  return stopped;
});
parentPort?.postMessage(value);
