/** A ramp's program: each of them takes 64 KiB of the heap, and 64 KiB outside of it. */
import { serveRamp } from "../../../src/labs/cost/programs/serve.js";

const kept: unknown[] = [];

serveRamp((count, stands) => {
  for (let n = 0; n < count; n++) {
    kept.push(
      Array.from({ length: 8192 }, () => n),
      Buffer.alloc(65_536, 1),
    );
    stands();
  }
});
