import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Collector } from "../../../../src/labs/apm/server/collector.js";
import { Counters } from "../../../../src/labs/apm/server/counters.js";
import { SeriesTable } from "../../../../src/labs/apm/server/series-table.js";
import { sampleOf } from "../../../support/publisher.js";
import { unlessBusy } from "../../../support/tries.js";

/** The same message again and again for `ms`, without a pause. */
async function* flood(ms: number) {
  const frame = Buffer.from(JSON.stringify(sampleOf()));
  for (const start = performance.now(); performance.now() - start < ms; ) yield [frame];
}

test("Collector lets the event loop turn every few milliseconds of a flood", (t) => unlessBusy(t, floodCollector));

async function floodCollector(): Promise<void> {
  const counters = new Counters();
  const series = new SeriesTable({ historySeconds: 10 });
  const collector = new Collector({ counters, series, onSample: () => {}, onRejected: () => {} });
  let turns = 0;
  let over = false;
  const count = () => {
    turns++;
    if (!over) setImmediate(count);
  };
  setImmediate(count);
  await collector.run(flood(500));
  over = true;
  assert.ok(counters.samples > 100, `${counters.samples} samples`);
  assert.ok(turns >= 20, `${turns} turns of the event loop in half a second`);
}
