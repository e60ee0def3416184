import { ExitError, runMain } from "../../../src/concurrency/index.js";

/** Far more than a pipe holds, so that most of it is still to be written when main is done. */
runMain(() => {
  process.stdout.write(`${"x".repeat(4_000_000)}END`);
  throw new ExitError(3);
});
