import { timeout } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

/**
 * Started with --expose-gc. Only the deadline keeps this process alive, while garbage is collected every millisecond.
 */
setInterval(() => globalThis.gc?.(), 1).unref();

await timeout(20, waitForAbort).catch((error) => say(error.name));

function waitForAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
