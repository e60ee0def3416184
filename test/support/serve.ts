import type { TestContext } from "node:test";
import { lab } from "./lab.js";
import { nextOutput } from "./program.js";

/** Start `lab serve` on a free port. It runs until end() or the end of the test. */
export async function startServe(t: Pick<TestContext, "after">, args: readonly string[]) {
  const program = lab(["serve", "--port", "0", ...args]);
  const [url = ""] = /http:\S+(?=\/ until)/.exec(await nextOutput(program)) ?? [];
  const end = (signal: NodeJS.Signals) => {
    program.kill(signal);
    return program;
  };
  t.after(() => end("SIGKILL"));
  return { url, end };
}
