import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { counted } from "../../src/text/counted.js";

test("counted uses the singular for one, the plural for any other number", () => {
  assert.deepEqual(
    [0, 1, 2, 1000].map((count) => counted(count, "sample")),
    ["0 samples", "1 sample", "2 samples", "1000 samples"],
  );
});
