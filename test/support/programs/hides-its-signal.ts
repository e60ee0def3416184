/** Two tasks that do not stop for their signal: the first signal cannot end this program. */
import { runMain } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(async ({ spawn }) => {
  const forever = () => new Promise<never>(() => {});
  spawn(forever, { name: "stubborn" });
  say("waiting");
  await forever();
});
