import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { identityOf, isName } from "../../../../src/labs/apm/app/identity.js";
import { colorFor } from "../../../../src/labs/apm/color.js";

test("identityOf prefers the chosen name and colour", () => {
  assert.deepEqual(identityOf({ name: "mine", color: "red" }, "node"), { name: "mine", color: "red" });
  assert.deepEqual(identityOf({ name: "mine" }, "node"), { name: "mine", color: colorFor("mine") });
});

test("identityOf makes a printable name of any program's", () => {
  const nameOf = (program: string) => identityOf({}, program).name;
  assert.equal(nameOf("node"), "node");
  assert.equal(nameOf("a\nb\u202ec"), "a?b?c");
  assert.equal(nameOf("x".repeat(100)), "x".repeat(64));
  assert.equal(nameOf(""), "app");
});

test("isName is true of 1 to 64 printable characters", () => {
  for (const name of ["a", "x".repeat(64), "😀".repeat(64), "two words"]) assert.equal(isName(name), true, name);
  for (const name of ["", " ", "x".repeat(65), "a\tb", "a\u200bb"]) assert.equal(isName(name), false, name);
});
