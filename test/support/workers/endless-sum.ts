/** A worker module for `lab parallel` whose sum never ends. It leaves a file, named in its URL, once the sum has begun. */
import { appendFileSync } from "node:fs";

export { warmUp } from "../../../src/labs/parallel/worker-calls.js";

export function sumPart(): never {
  appendFileSync(new URL(import.meta.url).searchParams.get("begun") ?? "", "begun\n");
  for (;;);
}
