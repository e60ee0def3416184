import { ExitError, runMain, sleep } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

/** Its argument says whether main waits for a signal, asks for exit code 0, or just returns. */
runMain(async ({ signal, defer }) => {
  defer(() => say("clean-up a"));
  defer(() => {
    throw new Error("clean-up b broke");
  });
  defer(() => say("clean-up c"));
  say("ready");
  if (process.argv[2] === "wait") await sleep(60_000, { signal });
  if (process.argv[2] === "exit") throw new ExitError(0);
});
