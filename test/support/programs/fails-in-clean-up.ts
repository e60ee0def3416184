import { runMain, sleep } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

/** Waits for a signal if its argument says so. */
runMain(async ({ signal, defer }) => {
  defer(() => say("clean-up a"));
  defer(() => {
    throw new Error("clean-up b broke");
  });
  defer(() => say("clean-up c"));
  say("ready");
  if (process.argv[2] === "wait") await sleep(60_000, { signal });
});
