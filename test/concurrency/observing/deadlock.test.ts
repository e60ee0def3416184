import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { testAtOnce } from "../../support/at-once.js";
import { nextOutput, startProgram } from "../../support/program.js";

const test = testAtOnce(4);

const first = "All tasks wait and nothing can wake them: a deadlock. Ctrl-C ends it.\n";

for (const [way, lines] of [
  [
    "locks",
    [
      "task Alice waits for lock B, held by task Bob",
      "task Bob waits for lock A, held by task Alice",
      "task Carol waits for lock A, held by task Alice",
    ],
  ],
  ["queue", ["task worker 0 waits for jobs get, and 19 like it"]],
  ["again", ["task twice waits for lock, held by itself", "main waits for end get"]],
] as const) {
  test(`a deadlock is told by names: ${way}`, async () => {
    const program = startProgram("gets-stuck", [way]);
    let stderr = "";
    for await (const chunk of program.stderr) {
      stderr += chunk;
      if (stderr.endsWith("\n")) break;
    }
    assert.equal(stderr, `${first}${lines.map((line) => `  ${line}\n`).join("")}`);
    program.kill("SIGINT");
    assert.equal((await program).exitCode, 130, "Ctrl-C still ends it");
  });
}

for (const way of ["sleep", "server", "pool", "stdin", "elsewhere"]) {
  test(`a program that waits for something is in no deadlock: ${way}`, async () => {
    const program = startProgram("gets-stuck", [way]);
    assert.equal(await nextOutput(program), "started");
    await pause(3000);
    program.kill("SIGINT");
    const { exitCode, stderr } = await program;
    assert.equal(stderr, "");
    assert.ok(exitCode === 130 || way === "pool", `${exitCode}`); // its call may have ended before
  });
}
