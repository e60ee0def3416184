import { Semaphore } from "../../../src/concurrency/index.js";
import { collectGarbage } from "../collect-garbage.js";
import { say } from "./say.js";

/** Prints how many MiB the heap has grown after a million aborted waits for a semaphore. */
const semaphore = new Semaphore(1);
await semaphore.acquire();
await collectGarbage();
const before = process.memoryUsage().heapUsed;
for (let batch = 0; batch < 1000; batch++) {
  const controller = new AbortController();
  const waits = Array.from({ length: 1000 }, () => semaphore.acquire(controller));
  controller.abort("enough");
  await Promise.allSettled(waits);
}
await collectGarbage();
say(String((process.memoryUsage().heapUsed - before) / 2 ** 20));
