import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "../../src/concurrency/index.js";
import type { Item } from "../../src/labs/items.js";
import { whileTrue } from "../../src/labs/queue/truth-loop.js";
import { type QueueEvent, type QueueParts, queue } from "../../src/labs/queue.js";
import { assertFails } from "../support/strict.js";

const { signal } = new AbortController();
const small = { items: 100, workers: 2, maxSize: 4 };

/** The report of a small load with parts that break something. */
const mutated = (parts: Partial<QueueParts>) => queue(small, { signal }, parts);

test("queue handles each item once, and all its findings hold", async () => {
  const { rows, findings } = await queue(small, { signal });
  assertFails({ findings });
  assert.equal(findings.length, 6);
  assert.deepEqual(
    rows.map(({ maxSize, peak, handled }) => [maxSize, peak, handled]),
    [
      [4, 4, { never: 0, once: 100, again: 0 }],
      [null, 98, { never: 0, once: 100, again: 0 }],
    ],
  );
  const [bounded, unbounded] = rows;
  assert.ok((bounded?.waits ?? 0) >= 90, "a full queue held the producers up");
  assert.equal(unbounded?.waits, 0);
  assert.equal(Math.max(...(bounded?.depth.cells ?? [])), 4);
});

test("queue makes no claim on a bound that the load hardly reaches", async () => {
  for (const [items, claims] of [
    [1, 4],
    [39, 5], // the bound is reached, but not by far
  ] as const) {
    const { findings } = await queue({ items, workers: 4, maxSize: 16 }, { signal });
    assertFails({ findings });
    assert.equal(findings.length, claims);
  }
});

test("queue names only the items that there are", async () => {
  const { findings } = await queue({ items: 2, workers: 1, maxSize: 1 }, { signal });
  assert.match(findings.map(({ measured }) => measured).join("\n"), /; the first: 0, ""$/m);
});

test("queue tells of each handled item, and of each run", async () => {
  const events: QueueEvent[] = [];
  const { rows } = await queue(small, { signal, emit: (event) => void events.push(event) });
  assert.equal(events.filter((event) => event === "handled").length, 200);
  assert.deepEqual(
    events.filter((event) => event !== "handled"),
    rows,
  );
});

test("queue's finding on the bound does not hold for an unbounded queue", async () => {
  assertFails(await mutated({ makeQueue: () => new Queue() }), /never more than 4 items ahead/);
});

test("queue's finding on join() does not hold if join() returns at once", async () => {
  class Hasty extends Queue<Item> {
    override join = () => Promise.resolve();
  }
  const makeQueue = (maxSize = 0) => new Hasty({ maxSize });
  assertFails(await mutated({ makeQueue }), /^join\(\) returns after the last taskDone/);
});

test("queue's finding on each item does not hold if a queue drops one", async () => {
  class Leaky extends Queue<Item> {
    override async put(item: Item, opts?: { signal?: AbortSignal }) {
      if (item !== null) await super.put(item, opts);
    }
  }
  const makeQueue = (maxSize = 0) => new Leaky({ maxSize });
  assertFails(await mutated({ makeQueue }), /^join\(\)/, /^Each item is handled once/);
});

test("queue's workers end before all items if their loop tests for truth", async () => {
  const report = await mutated({ itemsOf: whileTrue });
  assertFails(report, /^join\(\)/, /^Each item is handled once/, /^The workers end by shutdown/, /piles up/);
});

test("queue's finding on the end does not hold if shutdown() wakes nobody", async () => {
  class Deaf extends Queue<Item> {
    override shutdown() {}
  }
  const makeQueue = (maxSize = 0) => new Deaf({ maxSize });
  assertFails(await mutated({ makeQueue }), /^The workers end by shutdown/);
});

test("queue's finding without a bound does not hold if there is one", async () => {
  assertFails(await mutated({ makeQueue: () => new Queue({ maxSize: 4 }) }), /^Without a bound/);
});

test("queue's finding on truth does not hold for a loop over items()", async () => {
  assertFails(await mutated({ truthLoop: (each) => each.items() }), /^A loop that tests its items/);
});

test("queue rejects with its signal's reason, and leaves no task behind", async () => {
  for (const maxSize of [4, 1000]) {
    const controller = new AbortController();
    const reason = new Error("enough");
    let handled = 0;
    const running = queue(
      { items: 1000, workers: 2, maxSize },
      {
        signal: controller.signal,
        emit: () => void (++handled === 5 && controller.abort(reason)),
      },
    );
    await assert.rejects(running, (error) => error === reason);
    assert.ok(handled < 10, `${handled}`);
  }
});
