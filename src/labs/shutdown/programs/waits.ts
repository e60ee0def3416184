/** A task still waits when main is done. */
import { sleep } from "../../../concurrency/index.js";
import { part, start } from "./start.js";
import { waitMs } from "./times.js";

start(async ({ spawn }) => {
  spawn(async (signal) => {
    try {
      await part("wait", () => sleep(waitMs, { signal }));
    } finally {
      await part("clean-up", () => {});
    }
  });
});
