/** A task starts another while it ends. */
import { sleep } from "../../../concurrency/index.js";
import { part, start } from "./start.js";
import { moreMs, waitMs } from "./times.js";

start(async ({ spawn }) => {
  spawn(async (signal) => {
    try {
      await part("wait", () => sleep(waitMs, { signal }));
    } finally {
      await part("another task", () => spawn(() => sleep(moreMs)));
    }
  });
});
