/** A task still waits when main is done, and its clean-up takes a while. */
import { sleep } from "../../../concurrency/index.js";
import { part, start } from "./start.js";
import { cleanUpMs, waitMs } from "./times.js";

start(async ({ spawn }) => {
  spawn(async (signal) => {
    try {
      await part("wait", () => sleep(waitMs, { signal }));
    } finally {
      await part("clean-up", () => sleep(cleanUpMs));
    }
  });
});
