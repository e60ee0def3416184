import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { RetryBudget } from "../../../src/http/client/retry-budget.js";

function granted(budget: RetryBudget, origin: string, asked: number): number {
  return Array.from({ length: asked }, () => budget.tryRetry(origin)).filter(Boolean).length;
}

test("RetryBudget grants an origin a tenth of its requests, at least `least`", () => {
  const budget = new RetryBudget(2);
  budget.request("few");
  for (let i = 0; i < 109; i++) budget.request("many");
  assert.equal(granted(budget, "few", 50), 2);
  assert.equal(granted(budget, "many", 50), 10);
});

test("RetryBudget remembers 4,096 origins", () => {
  const budget = new RetryBudget(1);
  budget.request("first");
  assert.equal(granted(budget, "first", 9), 1);
  for (let i = 0; i < 4096; i++) budget.request(`${i}`);
  assert.equal(granted(budget, "first", 9), 1, "a forgotten origin starts again");
});
