/** A ramp's program: beyond 30 it ends as a Node that a limit kills. */
import { serveRamp } from "../../../src/labs/cost/programs/serve.js";

let standing = 0;

serveRamp((count, stands) => {
  for (let n = 0; n < count; n++) {
    if (++standing > 30) process.kill(process.pid, "SIGTRAP");
    stands();
  }
});
