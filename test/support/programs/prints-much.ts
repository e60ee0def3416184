import { ExitError, runMain } from "../../../src/concurrency/index.js";

/** Print far more than a pipe holds, so that most of it is still unwritten when main ends. */
runMain(() => {
  process.stdout.write(`${"x".repeat(4_000_000)}END`);
  throw new ExitError(3);
});
