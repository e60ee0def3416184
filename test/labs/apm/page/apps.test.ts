import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Apps, stateOf } from "../../../../src/labs/apm/page/apps.js";
import type { SeriesUpdate } from "../../../../src/labs/apm/page/protocol.js";

function updateAt(at: number, fields: Partial<SeriesUpdate> = {}): SeriesUpdate {
  return { color: "red", timestamp: "2026-01-01T00:00:00Z", cpu: 1, mem: 1, series: "color:red", at, ...fields };
}

/** The state of an app a number of seconds after its last sample. */
function stateAfter(seconds: number, ...updates: SeriesUpdate[]) {
  const apps = new Apps();
  for (const update of updates) apps.update(update);
  const [app] = apps.all;
  return stateOf(app ?? assert.fail(), (updates.at(-1)?.at ?? 0) + seconds);
}

test("stateOf calls an app stale after three of its intervals, from the first sample on", () => {
  for (const interval of [1000, 10_000, 60_000]) {
    const update = updateAt(1000, { interval });
    assert.equal(stateAfter((2.9 * interval) / 1000, update), "live");
    assert.equal(stateAfter((3.1 * interval) / 1000, update), "stale");
  }
});

test("stateOf takes the shorter of the last two gaps for the interval of a program that names none", () => {
  assert.equal(stateAfter(14, updateAt(1000), updateAt(1005), updateAt(1010)), "live");
  assert.equal(stateAfter(16, updateAt(1000), updateAt(1005), updateAt(1010)), "stale");
  assert.equal(stateAfter(3.5, updateAt(1000), updateAt(1000.2), updateAt(1000.4)), "stale");
  assert.equal(stateAfter(1, updateAt(1000, { closing: true })), "ended");
});
