import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { turn } from "./latch.js";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

/**
 * Collect all unreachable objects. It takes turns of the event loop, because a WeakRef holds its target until the turn
 * ends.
 */
export async function collectGarbage(): Promise<void> {
  await turn();
  gc();
  await turn();
  gc();
}
