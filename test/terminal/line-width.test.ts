import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { lineWidth } from "../../src/terminal/line-width.js";

test("lineWidth leaves one column free, assumes 80, and has no limit off a terminal", () => {
  const widths = [40, 80, 0, undefined].map((columns) => lineWidth({ isTTY: true, columns: columns as number }));
  assert.deepEqual(widths, [39, 79, 79, 79]);
  assert.equal(lineWidth({ isTTY: undefined as never, columns: undefined as never }), Number.POSITIVE_INFINITY);
});
