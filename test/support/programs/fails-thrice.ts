import { runMain, sleep } from "../../../src/concurrency/index.js";

runMain(async ({ spawn, defer }) => {
  defer(() => {
    throw new Error("the clean-up broke too");
  });
  spawn(async (signal) => {
    await sleep(60_000, { signal }).catch(() => {
      throw new Error("the task broke too");
    });
  });
  throw new Error("main broke");
});
