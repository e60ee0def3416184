/** A task starts another while it ends, and asks nobody. */
import { sleep } from "../../../src/concurrency/index.js";
import { part, start } from "../../../src/labs/shutdown/programs/start.js";

start(async ({ spawn }) => {
  spawn(async (signal) => {
    try {
      await part("wait", () => sleep(300, { signal }));
    } finally {
      await part("another task", () => sleep(10));
    }
  });
});
