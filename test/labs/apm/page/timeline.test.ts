import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { contrast } from "../../../../src/labs/apm/page/contrast.js";
import { Timeline } from "../../../../src/labs/apm/page/timeline.js";

const _ = undefined;

function timelineOf(seconds: readonly number[]): Timeline {
  const timeline = new Timeline();
  for (const second of seconds) timeline.add("a", second + 0.7, { cpu: second, mem: 1 });
  return timeline;
}

/** The line drawn for `cpu` from second 1000 to the last one. */
function line(timeline: Timeline, to: number) {
  const { seconds, lines } = timeline.view(["a"], "cpu", 1001, to - 1);
  assert.deepEqual([seconds[0], seconds.at(-1)], [1000, to - 1]);
  return lines[0];
}

test("Timeline bridges two missing seconds and breaks the line at three", () => {
  assert.deepEqual(line(timelineOf([1000, 1002, 1003, 1006]), 1007), [1000, _, 1002, 1003, _, _, 1006]);
  assert.deepEqual(line(timelineOf([1000, 1001, 1002, 1006]), 1007), [1000, 1001, 1002, null, null, null, 1006]);
  assert.deepEqual(line(timelineOf([1000, 1001, 1002, 1007]), 1008)?.slice(3), [null, null, null, null, 1007]);
});

test("Timeline keeps the line of a program that reports every five seconds", () => {
  assert.deepEqual(line(timelineOf([1000, 1005, 1010]), 1011), [1000, _, _, _, _, 1005, _, _, _, _, 1010]);
});

test("Timeline adds history after live samples, and forgets the oldest", () => {
  const timeline = timelineOf([1004]);
  const columns = (last: number[]) => ({ last, min: last, max: last });
  const points = { at: [1000, 1001], cpu: columns([1, 2]), mem: columns([1, 1]), lag: columns([0, 0]) };
  timeline.fill("a", points);
  assert.deepEqual(line(timeline, 1005), [1, 2, _, _, 1004]);
  timeline.add("b", 1000 + 15 * 60 + 11, { cpu: 1 });
  assert.deepEqual(timeline.valueAt("a", "cpu", 1000), undefined);
  timeline.add("a", 900, { cpu: 5 });
  assert.deepEqual(timeline.valueAt("a", "cpu", 900), undefined);
});

test("contrast is 21 for black on white, 1 for a colour on itself", () => {
  const [black, white, yellow] = [[0, 0, 0] as const, [255, 255, 255] as const, [255, 255, 0] as const];
  assert.equal(contrast(black, white), 21);
  assert.equal(contrast(white, black), 21);
  assert.equal(contrast(yellow, yellow), 1);
  assert.ok(Math.abs(contrast(yellow, white) - 1.07) < 0.01);
});
