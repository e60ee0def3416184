import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { AsFinished, InOrder } from "../../../src/concurrency/mapping/lineup.js";

test("InOrder.take() gives items by index, takeAll() the rest in order", () => {
  const items = new InOrder<string>();
  items.add(1, "b");
  assert.equal(items.take(), undefined, "a is not there yet");
  items.add(0, "a");
  assert.deepEqual([items.take(), items.take(), items.take()], ["a", "b", undefined]);
  items.add(4, "e");
  items.add(3, "d");
  assert.equal(items.size, 2);
  assert.deepEqual([items.takeAll(), items.size], [["d", "e"], 0]);
});

test("AsFinished gives items in the order they were added", () => {
  const items = new AsFinished<string>();
  for (const [index, item] of [
    [2, "c"],
    [0, "a"],
    [1, "b"],
  ] as const)
    items.add(index, item);
  assert.deepEqual([items.take(), items.size], ["c", 2]);
  assert.deepEqual([items.takeAll(), items.take(), items.size], [["a", "b"], undefined, 0]);
});
