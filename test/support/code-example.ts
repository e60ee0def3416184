import assert from "node:assert/strict";
import { execa } from "execa";
import { root } from "./lab.js";

/**
 * Run `code` as a module of its own. It must print each line that the comment after a `console.log()` gives (`// a then
 * b`).
 */
export async function assertPrints(code: string): Promise<void> {
  const printed = await outputOf(code);
  const comments = [...code.matchAll(/console\.log\(.*\/\/ (.*)$/gm)].map(([, comment]) => comment ?? "");
  assert.ok(comments.length > 0, "an example must give its output in comments");
  const said = comments.flatMap((comment) => comment.split(" then "));
  assert.deepEqual(printed.sort(), said.sort()); // in any order: a line may be printed in a callback above
}

/** Run `code` as a module of its own, and return the printed lines. */
export async function outputOf(code: string): Promise<string[]> {
  const { stdout } = await execa(process.execPath, ["--input-type=module", "--eval", code], { cwd: root });
  return stdout.split("\n");
}
