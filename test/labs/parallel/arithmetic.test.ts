import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { partsOf } from "../../../src/labs/parallel/arithmetic.js";

test("partsOf cuts a range into parts of about the same length", () => {
  assert.deepEqual(partsOf({ from: 0, to: 10 }, 3), [
    { from: 0, to: 3 },
    { from: 3, to: 6 },
    { from: 6, to: 10 },
  ]);
  assert.deepEqual(partsOf({ from: 5, to: 7 }, 8), [
    { from: 5, to: 6 },
    { from: 6, to: 7 },
  ]);
});
