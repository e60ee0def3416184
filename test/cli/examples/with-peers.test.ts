/** Runs the command lines of the docs and of the help that have a peer: each kind beside the others. */
import "../../support/hygiene.js";
import { describe } from "node:test";
import { testPrinted } from "../../support/printed.js";

describe("printed commands with a peer", { concurrency: 3 }, async () => {
  for (const kind of ["poller", "apm", "mq"] as const) await testPrinted(kind);
});
