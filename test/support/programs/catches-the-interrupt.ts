import { isCancelled, runMain, sleep } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(async ({ signal }) => {
  say("ready");
  try {
    await sleep(60_000, { signal });
  } catch (error) {
    if (!isCancelled(error, signal)) throw error;
    say("saved my work");
  }
});
