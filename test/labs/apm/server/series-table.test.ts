import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { palette } from "../../../../src/labs/apm/color.js";
import { limits } from "../../../../src/labs/apm/server/limits.js";
import { SeriesTable } from "../../../../src/labs/apm/server/series-table.js";
import { sampleOf } from "../../../support/publisher.js";

function tableOf(count: number): SeriesTable {
  const table = new SeriesTable({ historySeconds: 10 });
  for (let i = 0; i < count; i++)
    table.seriesOf(sampleOf({ id: `app-${i}` }))?.add(sampleOf({ id: `app-${i}` }), 1000 + i);
  return table;
}

test("SeriesTable knows a series by its id, or else by its colour", () => {
  const table = tableOf(0);
  const red = table.seriesOf(sampleOf());
  assert.equal(table.seriesOf(sampleOf({ cpu: 1 })), red);
  assert.notEqual(table.seriesOf(sampleOf({ id: "red" })), red);
  assert.notEqual(table.seriesOf(sampleOf({ color: "blue" })), red);
  assert.equal(table.size, 3);
});

test("SeriesTable replaces the first ended series beyond 256, or refuses another", () => {
  const table = tableOf(limits.maxSeries);
  assert.equal(table.seriesOf(sampleOf({ id: "one-more" })), undefined);
  table.seriesOf(sampleOf({ id: "app-9" }))?.add(sampleOf({ id: "app-9", closing: true }), 2009);
  table.seriesOf(sampleOf({ id: "app-7" }))?.add(sampleOf({ id: "app-7", closing: true }), 2007);
  assert.ok(table.seriesOf(sampleOf({ id: "one-more" })));
  assert.equal(table.size, limits.maxSeries);
  const keys = Array.from(table.values(), ({ key }) => key);
  assert.deepEqual([keys.includes("id:app-7"), keys.includes("id:app-9")], [false, true]);
});

test("SeriesTable drops series that were silent for ten minutes", () => {
  const table = tableOf(3); // last heard at 1000, 1001 and 1002
  table.dropIdle(1601.5);
  assert.deepEqual(
    Array.from(table.values(), ({ key }) => key),
    ["id:app-2"],
  );
});

test("SeriesTable hands out the colours of the palette in turn to apps that chose none", () => {
  const table = new SeriesTable({ historySeconds: 1 });
  const colorOf = (id: string, color: string, default_color: boolean) => {
    const sample = sampleOf({ id, color, default_color });
    table.seriesOf(sample)?.add(sample, 1000);
    return [...table.values()].find(({ key }) => key === `id:${id}`)?.update.color;
  };
  const given = Array.from({ length: 17 }, (_, i) => colorOf(`app-${i}`, "tomato", true));
  assert.deepEqual(given.slice(0, 16), [...palette]);
  assert.equal(given[16], palette[0]);
  assert.equal(colorOf("chosen", "tomato", false), "tomato");
});
