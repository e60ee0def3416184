import { Queue, runMain } from "../../../src/concurrency/index.js";
import { say } from "./say.js";

/** A queue holds no handle, and the timer is unref'd: if runMain did not keep Node's event loop alive, this would end in silence. */
runMain(({ signal }) => {
  setTimeout(() => say("still alive"), 10).unref();
  return new Queue().get({ signal });
});
