import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Shared } from "../../../src/labs/news/shared.js";

function counting(ms: { now: number }) {
  const made: ((value: number) => void)[] = [];
  const make = () => new Promise<number>((resolve) => made.push(resolve));
  return { made, shared: new Shared(make, 100, () => ms.now) };
}

test("Shared makes one result for all who ask meanwhile", async () => {
  const { made, shared } = counting({ now: 0 });
  const asked = [shared.get(), shared.get()];
  assert.equal(made.length, 1);
  made[0]?.(7);
  assert.deepEqual(await Promise.all([...asked, shared.get()]), [7, 7, 7]);
  assert.equal(made.length, 1);
});

test("Shared makes the next result once the time is over, counted from the start", async () => {
  const clock = { now: 0 };
  const { made, shared } = counting(clock);
  const first = shared.get();
  clock.now = 150;
  assert.equal(shared.get(), first); // it is still being made
  made[0]?.(1);
  await first;
  const second = shared.get();
  clock.now = 249;
  made[1]?.(2);
  assert.deepEqual([await second, await shared.get(), made.length], [2, 2, 2]);
  clock.now = 250;
  shared.get();
  assert.equal(made.length, 3);
});
