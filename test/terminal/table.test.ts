import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { table } from "../../src/terminal/table.js";

test("table aligns columns, and those of numbers to the right", () => {
  const rows = [
    ["name", "ms"],
    ["a", "1"],
    ["longer", "1000"],
  ];
  assert.deepEqual(table(rows, { right: [1] }), ["name      ms", "a          1", "longer  1000"]);
  assert.deepEqual(
    table([
      ["a", "b"],
      ["cc", ""],
    ]),
    ["a   b", "cc"],
  );
});
