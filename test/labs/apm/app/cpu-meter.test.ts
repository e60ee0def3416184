import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { CpuMeter } from "../../../../src/labs/apm/app/cpu-meter.js";

test("CpuMeter gives percent of one core since the last read, and the seconds in all", () => {
  const meter = new CpuMeter(500, 0);
  assert.deepEqual(meter.read(750, 1000), { cpu: 25, span: 1000, cpu_seconds: 0.25 });
  assert.deepEqual(meter.read(1250, 2000), { cpu: 50, span: 1000, cpu_seconds: 0.75 });
});

test("CpuMeter lets a read after a moment reach back, so that a tick is no 129 %", () => {
  const meter = new CpuMeter(0, 0);
  meter.read(1000, 1000);
  assert.deepEqual(meter.read(1010, 1007), { cpu: 100.3, span: 1007, cpu_seconds: 1.01 });
  assert.equal(meter.read(1100, 1101).span, 101);
});

test("CpuMeter says by its span that a first read is too early for a figure", () => {
  assert.equal(new CpuMeter(0, 0).read(10, 5).span, 5);
});
