import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { PerTurn } from "../../src/http/per-turn.js";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("PerTurn lets so many through in each turn of the event loop, first come first served", async () => {
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
  const late = take(5); // behind the fourth, in the same turn as it
  assert.deepEqual(through, [0, 1, 2, 3]);
  await turn();
  assert.deepEqual(through, [0, 1, 2, 3, 4, 5]);
  await Promise.all([...first, late]);
  await turn();
  assert.deepEqual([turns.take(), turns.take()], [undefined, undefined]);
  assert.ok(turns.take());
});
