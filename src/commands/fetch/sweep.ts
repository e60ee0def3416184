import type { FetchOptions } from "../../labs/fetch.js";
import type { CommandContext } from "../kit/command-definition.js";
export async function runSweep(
  _o: FetchOptions,
  _s: { levels: number[]; timeMs: number },
  _c: CommandContext,
): Promise<void> {}
