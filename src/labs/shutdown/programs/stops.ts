/** Waits for a signal, then cleans up. Its second argument is the time of the clean-up in ms. */
import { sleep } from "../../../concurrency/index.js";
import { part, say, start } from "./start.js";
import { longMs } from "./times.js";

const cleanUpMs = Number(process.argv[3]);

start(async ({ signal }) => {
  say("ready");
  try {
    await sleep(longMs, { signal });
  } finally {
    say("cleaning up");
    await part("clean-up", () => sleep(cleanUpMs));
  }
});
