import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { cellsOf, fit } from "../../src/terminal/cells.js";

test("cellsOf counts the cells that a terminal needs", () => {
  assert.deepEqual(["", "abc", "漢字", "e\u0301", "🎈", "é…"].map(cellsOf), [0, 3, 4, 1, 2, 2]);
});

test("fit cuts to cells of a terminal, and marks the end", () => {
  assert.deepEqual(
    ["", "abc", "abcd", "abcde"].map((text) => fit(text, 4)),
    ["", "abc", "abcd", "abc…"],
  );
  assert.deepEqual(
    ["漢字", "漢字か", "a漢字", "e\u0301".repeat(4), "e\u0301".repeat(5)].map((text) => fit(text, 4)),
    ["漢字", "漢…", "a漢…", "e\u0301".repeat(4), `${"e\u0301".repeat(3)}…`],
  );
  assert.equal(fit("漢".repeat(100), Number.POSITIVE_INFINITY), "漢".repeat(100));
});
