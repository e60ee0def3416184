import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { MessageChannel, receiveMessageOnPort, Worker } from "node:worker_threads";
import { contentsOf, freshKitchen, madePlace, wantedPlace } from "../../../src/labs/race/kitchen.js";
import { changeFor } from "../../../src/labs/race/owner.js";
import { until } from "../../support/until.js";

const bot = 1;

test("changeFor makes a change, and counts it for its bot alone", () => {
  const kitchen = freshKitchen(2);
  changeFor(bot, kitchen, -4);
  assert.deepEqual(contentsOf(kitchen), { knives: 96, forks: 96, counted: 1 });
  assert.deepEqual([kitchen[madePlace(0)], kitchen[madePlace(bot)]], [0, 1]);
});

test("Owner waits with 64 changes under way until half of them are made", { timeout: 60_000 }, async (t) => {
  const kitchen = freshKitchen(2);
  const { port1, port2 } = new MessageChannel();
  const code = `import(${JSON.stringify(new URL("../../../src/labs/race/owner.js", import.meta.url))}).then(({ Owner }) => {
    const { port, kitchen } = require("node:worker_threads").workerData;
    const owner = new Owner(port, kitchen, ${bot});
    for (let change = 0; change < 100; change++) owner.change(1);
    owner.finish();
    port.close();
  })`;
  const worker = new Worker(code, { eval: true, workerData: { port: port2, kitchen }, transferList: [port2] });
  t.after(() => worker.terminate());
  const ended = once(worker, "exit");
  const isWanted = (count: number) => () => Atomics.load(kitchen, wantedPlace(bot)) === count;
  let asked = 0;
  const take = () => {
    while (receiveMessageOnPort(port1)) asked++;
  };
  const make = (count: number) => {
    for (let change = 0; change < count; change++) changeFor(bot, kitchen, 1);
  };

  await until("a bot that waits for 32 changes", isWanted(32));
  take();
  assert.equal(asked, 64);
  make(32);
  await until("a bot that waits for 64 changes", isWanted(64));
  take();
  assert.equal(asked, 96);
  make(32);
  await until("a bot that waits for all changes", isWanted(100));
  take();
  assert.equal(asked, 100);
  make(36);
  assert.deepEqual(await ended, [0]);
  assert.deepEqual(contentsOf(kitchen), { knives: 200, forks: 200, counted: 100 });
  port1.close();
});
