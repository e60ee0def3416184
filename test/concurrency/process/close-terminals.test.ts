import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, textOf } from "../../support/files.js";
import { exitOnClosedTerminal, withoutTerminal as skip } from "../../support/on-terminal.js";

test("a program and its worker process end normally after their terminal has closed", { skip }, async (t) => {
  const file = temporaryFolder(t)("worker");
  const program = fileURLToPath(new URL("../../support/programs/keeps-a-worker.js", import.meta.url));
  assert.equal(await exitOnClosedTerminal(t, [process.execPath, program, file]), 0);
  assert.equal(textOf(file), "0");
});
