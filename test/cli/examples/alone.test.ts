/** Runs the command lines of the docs and of the help that need no peer. cli.test.ts compares the help with these. */
import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { printed, testPrinted } from "../../support/printed.js";

await testPrinted("none", 2);

test("README and docs print commands to run", () => {
  assert.ok(printed.has("lab fetch-quotes"));
  assert.ok(printed.size >= 6, [...printed].join("; "));
});
