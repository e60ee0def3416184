import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { whileCounting } from "../../../src/commands/fetch/while-counting.js";
import { sleep } from "../../../src/concurrency/index.js";
import { gate } from "../../support/gate.js";

const endlessly = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal }).then(() => 1);

test("whileCounting tells how much there is as soon as it is known", async () => {
  const told = gate<number>();
  const work = () => told.passed; // goes on until then
  assert.equal(await whileCounting(work, { count: async () => 7, tell: told.open }), 7);
});

test("whileCounting ends the counting with the work, and has awaited it by then", async () => {
  for (const work of [async () => "done", () => Promise.reject(new Error("failed"))]) {
    let ended = false;
    const count = (signal: AbortSignal) =>
      endlessly(signal).finally(() => {
        ended = true;
      });
    const outcome = await whileCounting(work, { count, tell: () => assert.fail() }).catch(({ message }) => message);
    assert.match(outcome, /done|failed/);
    assert.ok(ended);
  }
});

test("whileCounting takes a count that fails or is unknown for no failure", async () => {
  for (const count of [() => Promise.reject(new Error("no such file")), async () => undefined]) {
    assert.equal(await whileCounting(async () => "done", { count, tell: () => assert.fail() }), "done");
  }
});
