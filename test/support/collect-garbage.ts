import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { turn } from "./gate.js";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

/** Collect what nobody can reach any more; a turn in between, because a WeakRef holds its target until the turn ends. */
export async function collectGarbage(): Promise<void> {
  await turn();
  gc();
  await turn();
  gc();
}
