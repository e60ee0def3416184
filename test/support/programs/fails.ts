import { runMain, sleep } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(({ defer }) => {
  defer(async () => {
    await sleep(1);
    say("clean-up");
  });
  const error = new Error("main broke", { cause: new TypeError("the cause") });
  if (process.argv[2] === "async") return Promise.reject(error);
  throw error;
});
