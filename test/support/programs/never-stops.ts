import { Queue, runMain } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(async ({ signal, defer }) => {
  defer(() => say("clean-up"));
  signal.addEventListener("abort", () => say("I heard you"));
  say("ready");
  await new Queue().get();
});
