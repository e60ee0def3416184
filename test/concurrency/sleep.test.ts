import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { sleep } from "../../src/concurrency/index.js";

test("SLEEP-01 an abort ends a sleep at once, with the reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const asleep = sleep(60_000, controller);
  controller.abort(reason);
  await assert.rejects(asleep, (error) => error === reason);
});
