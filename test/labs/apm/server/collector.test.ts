import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Collector } from "../../../../src/labs/apm/server/collector.js";
import { Counters } from "../../../../src/labs/apm/server/counters.js";
import { SeriesTable } from "../../../../src/labs/apm/server/series-table.js";
import { sampleOf } from "../../../support/publisher.js";

/** The same message again and again, without a pause, for `cpuMs` of CPU: a busy machine grants less of it a second. */
async function* flood(cpuMs: number) {
  const frame = Buffer.from(JSON.stringify(sampleOf()));
  const start = process.cpuUsage();
  for (let used = 0; used < cpuMs * 1000; ) {
    for (let i = 0; i < 10; i++) yield [frame];
    const { user, system } = process.cpuUsage(start);
    used = user + system;
  }
}

test("Collector lets the event loop turn every few milliseconds of a flood", async () => {
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
});
