import { runMain, sleep } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(async ({ signal, defer }) => {
  defer(async () => {
    await sleep(1);
    say("clean-up");
  });
  try {
    say("ready");
    await sleep(60_000, { signal });
  } finally {
    await sleep(1);
    say(`stopped: ${signal.reason.message}`);
  }
});
