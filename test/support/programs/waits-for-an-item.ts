import { Queue, runMain } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

/**
 * A queue holds no handle, and the timer is unref'd. If runMain did not keep the event loop alive, this process would
 * end silently.
 */
runMain(({ signal }) => {
  setTimeout(() => say("still alive"), 10).unref();
  return new Queue().get({ signal });
});
