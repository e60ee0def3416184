import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import type { Worker } from "node:worker_threads";
import { BotThread } from "../../../src/labs/race/bot-thread.js";

const { signal } = new AbortController();

test("BotThread keeps reports that come before they are asked for", async () => {
  const worker = new EventEmitter();
  const thread = new BotThread(worker as Worker);
  worker.emit("message", { met: 1 });
  worker.emit("message", { met: 2 });
  assert.deepEqual([await thread.report(signal), await thread.report(signal)], [{ met: 1 }, { met: 2 }]);
});

test("BotThread rejects with the first error, and drops a report that an error has overtaken", async () => {
  const worker = new EventEmitter();
  const thread = new BotThread(worker as Worker);
  const asked = assert.rejects(thread.report(signal), /oops/);
  worker.emit("error", new Error("oops"));
  worker.emit("message", { met: 1 });
  worker.emit("exit", 1);
  await asked;
  await assert.rejects(thread.report(signal), /oops/);
});
