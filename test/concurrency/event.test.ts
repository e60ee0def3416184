import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Event } from "../../src/concurrency/index.js";
import { isPending } from "../support/latch.js";

test("Event.wait() waits until set(), and resolves at once after it", async () => {
  const event = new Event();
  const waits = [event.wait(), event.wait()];
  assert.equal(await isPending(Promise.race(waits)), true);
  event.set();
  await Promise.all(waits);
  await event.wait();
  assert.equal(event.isSet, true);
});

test("Event.clear() holds up later waits, but not those that set() woke", async () => {
  const event = new Event();
  const woken = event.wait();
  event.set();
  event.clear();
  await woken;
  assert.equal(event.isSet, false);
  assert.equal(await isPending(event.wait()), true);
});

test("Event.wait() rejects with its signal's reason, and other waits go on", async () => {
  const [event, controller] = [new Event(), new AbortController()];
  const [cancelled, other] = [event.wait(controller), event.wait()];
  controller.abort("enough");
  await assert.rejects(cancelled, (reason) => reason === "enough");
  await assert.rejects(event.wait(controller), (reason) => reason === "enough");
  assert.equal(await isPending(other), true);
  event.set();
  await other;
});
