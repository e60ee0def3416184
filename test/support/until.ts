import { sleep } from "../../src/concurrency/index.js";

/** Poll until `isSo()` is true, for twenty seconds at most. */
export async function until(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await isSo())) {
    if (performance.now() - start > 20_000) throw new Error(`waited in vain for ${what}`);
    await sleep(10);
  }
}
