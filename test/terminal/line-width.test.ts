import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { bar, barWidth } from "../../src/terminal/bar.js";
import { lineWidth } from "../../src/terminal/line-width.js";

test("lineWidth is one less than a terminal has, 79 if it does not tell, and no limit where nothing wraps", () => {
  const widths = [40, 80, 0, undefined].map((columns) => lineWidth({ isTTY: true, columns: columns as number }));
  assert.deepEqual(widths, [39, 79, 79, 79]);
  assert.equal(lineWidth({ isTTY: undefined as never, columns: undefined as never }), Number.POSITIVE_INFINITY);
});

test("barWidth is what there is room for, and nothing where that is next to nothing", () => {
  assert.deepEqual(
    [100, 30, 5, 4, -3, Number.POSITIVE_INFINITY].map((room) => barWidth(30, room)),
    [30, 30, 5, 0, 0, 30],
  );
  assert.equal(bar(0.5, 10), "█████");
});
