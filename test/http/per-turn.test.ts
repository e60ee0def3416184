import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { PerTurn } from "../../src/http/per-turn.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("PerTurn lets `most` callers pass in each turn of the event loop, in order", async () => {
  const turns = new PerTurn(2);
  const through: number[] = [];
  const take = async (id: number) => {
    const room = turns.take();
    if (room) await room;
    through.push(id);
  };
  const first = [0, 1, 2, 3, 4].map(take);
  assert.deepEqual(through, [0, 1]);
  await turn();
  assert.deepEqual(through, [0, 1, 2, 3]);
  const late = take(5); // in the same turn as the fourth, after it
  assert.deepEqual(through, [0, 1, 2, 3]);
  await turn();
  assert.deepEqual(through, [0, 1, 2, 3, 4, 5]);
  await Promise.all([...first, late]);
  await turn();
  assert.deepEqual([turns.take(), turns.take()], [undefined, undefined]);
  assert.ok(turns.take());
});
