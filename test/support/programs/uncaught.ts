import { runMain, sleep } from "../../../src/concurrency/index.js";

runMain(async ({ signal }) => {
  const error = new Error("nobody caught me");
  if (process.argv[2] === "rejection") Promise.reject(error);
  else {
    setImmediate(() => {
      throw error;
    });
  }
  await sleep(60_000, { signal });
});
