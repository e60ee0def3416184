import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { whileCounting } from "../../../src/commands/fetch/while-counting.js";
import { sleep } from "../../../src/concurrency/index.js";
import { latch } from "../../support/latch.js";

const endlessly = (signal: AbortSignal) => sleep(Number.POSITIVE_INFINITY, { signal }).then(() => 1);

test("whileCounting reports the total as soon as it is known", async () => {
  const told = latch<number>();
  const work = () => told.passed; // works until then
  assert.equal(await whileCounting(work, { count: async () => 7, tell: told.open }), 7);
});

test("whileCounting stops and awaits the counting when the work ends", async () => {
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

test("whileCounting ignores a count that fails or is unknown", async () => {
  for (const count of [() => Promise.reject(new Error("no such file")), async () => undefined]) {
    assert.equal(await whileCounting(async () => "done", { count, tell: () => assert.fail() }), "done");
  }
});
