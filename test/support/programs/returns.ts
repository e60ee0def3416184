import { runMain } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

runMain(({ defer }) => {
  defer(() => say("clean-up"));
  return 42; // a value is not an exit code
});
