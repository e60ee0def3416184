/** Do the workers of a pool have the array itself, or a copy? They write a mark, and this thread looks for it. */
import type { CallExecutor } from "./warm-up.js";

/** Whether a worker that gets `numbers` gets a copy: its mark is not seen here. The array is as before afterwards. */
export async function isCopied(pool: CallExecutor, numbers: Int32Array, signal: AbortSignal): Promise<boolean> {
  const [before = 0] = numbers;
  try {
    await pool.submit("writeMark", [numbers, ~before], { signal });
    return numbers[0] === before;
  } finally {
    numbers[0] = before;
  }
}

/** Why the pool refuses to hand `numbers` over. Undefined if it does not refuse. */
export async function refusalOf(
  pool: CallExecutor,
  numbers: Int32Array,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await isCopied(pool, numbers, signal);
    return undefined;
  } catch (error) {
    if (error instanceof DOMException && error.name === "DataCloneError") return error.message;
    throw error;
  }
}
