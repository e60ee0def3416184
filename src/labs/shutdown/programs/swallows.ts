/** A task swallows its cancellation, and goes on. */
import { sleep } from "../../../concurrency/index.js";
import { part, start } from "./start.js";
import { moreMs, waitMs } from "./times.js";

start(async ({ spawn }) => {
  spawn(async (signal) => {
    try {
      await part("wait", () => sleep(waitMs, { signal }));
    } catch {
      // This is the bug: the cancellation ends here.
    }
    await part("more work", () => sleep(moreMs));
  });
});
