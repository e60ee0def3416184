import { ExitError, gather, runMain, sleep, taskGroup, timeout } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(({ defer }) => {
  defer(() => say("clean-up of main"));
  return taskGroup(async (group) => {
    group.spawn(async (signal) => {
      await sleep(60_000, { signal }).finally(() => say("clean-up of a task"));
    });
    await timeout(60_000, (signal) => gather([deepInside], { signal }), group);
  });
});

async function deepInside(): Promise<void> {
  await sleep(0);
  throw new ExitError(23, process.argv[2]);
}
