import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { History } from "../../../../src/labs/apm/server/history.js";

test("History keeps the last, least and greatest value of each second", () => {
  const history = new History(60);
  for (const cpu of [5, 9, 2, 7]) history.add(1000, { cpu, mem: 10 });
  const { at, cpu, mem, lag } = history.points(0, 1000, 1);
  assert.deepEqual(at, [1000]);
  assert.deepEqual(cpu, { last: [7], min: [2], max: [9] });
  assert.deepEqual(mem, { last: [10], min: [10], max: [10] });
  assert.deepEqual(lag, { last: [null], min: [null], max: [null] });
});

test("History.points() joins seconds into steps and leaves out empty ones", () => {
  const history = new History(60);
  for (let second = 1000; second < 1010; second++) history.add(second, { cpu: second - 1000, mem: 1, lag: 0 });
  history.add(1020, { cpu: 1, mem: 1 });
  const { at, cpu } = history.points(1000, 1025, 5);
  assert.deepEqual(at, [1000, 1005, 1020]);
  assert.deepEqual(cpu, { last: [4, 9, 1], min: [0, 5, 1], max: [4, 9, 1] });
  assert.deepEqual(history.points(1003, 1004, 5).cpu, { last: [4], min: [3], max: [4] });
});

test("History holds its number of seconds and takes no older one", () => {
  const history = new History(10);
  for (let second = 1000; second < 1015; second++) history.add(second, { cpu: 1, mem: 1 });
  assert.deepEqual(history.points(0, 1014, 1).at, [1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014]);
  history.add(1003, { cpu: 99, mem: 1 });
  assert.deepEqual(history.points(0, 1014, 1).at[0], 1005);
  assert.ok(!history.points(0, 1014, 1).cpu.max.includes(99));
  assert.deepEqual(history.points(0, 1100, 1).at, [], "every second is too old by now");
});
