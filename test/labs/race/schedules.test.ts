import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { models, read, type Turn, work, write } from "../../../src/labs/race/models.js";
import { explore, loses, replay, switches } from "../../../src/labs/race/schedules.js";

function count(change: readonly Turn[]): string {
  const runs = explore(change);
  return `${runs.filter(loses).length} of ${runs.length}`;
}

test("explore runs every schedule of each model, and counts the losing ones", () => {
  assert.deepEqual(Object.values(models).map(count), ["18 of 20", "4 of 6", "0 of 2", "0 of 2"]);
});

test("explore finds every schedule once", () => {
  const schedules = explore(models.threads).map(({ schedule }) => schedule);
  assert.equal(new Set(schedules).size, 20);
  for (const schedule of schedules) assert.equal([...schedule].sort().join(""), "AAABBB");
});

test("explore loses in other schedules if write comes before read", () => {
  const swapped = [[[write], [work], [read]], [[write], [work, read]], [[write, work, read]]] as const;
  assert.deepEqual(swapped.map(count), ["20 of 20", "6 of 6", "2 of 2"]);
});

test("explore never lets a bot in that waits for the lock", () => {
  const schedules = explore(models["threads, lock"]).map(({ schedule }) => schedule);
  assert.deepEqual(schedules, ["AAAAABBBBB", "BBBBBAAAAA"]);
});

test("explore is right only if the bots take turns as a whole", () => {
  const right = explore(models.threads).filter((run) => !loses(run));
  assert.deepEqual(
    right.map(({ schedule }) => schedule),
    ["AAABBB", "BBBAAA"],
  );
});

test("replay tells each step with its value, and who could go on", () => {
  const { steps, left, ready } = replay(models.threads, "ABAA");
  assert.deepEqual(
    steps.map(({ bot, step, value }) => `${bot} ${step} ${value}`),
    ["A read 100", "B read 100", "A work 96", "A write 96"],
  );
  assert.deepEqual([left, ready], [96, ["B"]]);
});

test("switches counts how often the other bot comes in", () => {
  assert.deepEqual(
    ["AAABBB", "AABBBA", "ABAABB", "ABABAB"].map((schedule) => switches(replay(models.threads, schedule))),
    [1, 2, 3, 5],
  );
});
