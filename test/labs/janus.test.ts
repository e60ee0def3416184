import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Abortable, type Executor, sleep, ThreadPool } from "../../src/concurrency/index.js";
import type { Item } from "../../src/labs/items.js";
import { blockedRuns } from "../../src/labs/janus/blocked-run.js";
import { conclude, type Evidence } from "../../src/labs/janus/findings.js";
import { toWorker } from "../../src/labs/janus/one-way.js";
import { WatchedBridge } from "../../src/labs/janus/watched-bridge.js";
import type * as calls from "../../src/labs/janus/worker-calls.js";
import { type JanusEvent, type JanusParts, type JanusReport, type JanusRow, janus } from "../../src/labs/janus.js";
import { assertFails } from "../support/strict.js";

const { signal } = new AbortController();
const small = { count: 10, maxSize: 4 };

/** The report of a small run with a queue of another class in one of its rows. */
function mutated(what: JanusRow["what"], Mutant: typeof WatchedBridge<Item>, count = 10): Promise<JanusReport> {
  const makeQueue: JanusParts["makeQueue"] = (maxSize, of) =>
    of === what ? new Mutant({ maxSize }) : new WatchedBridge({ maxSize });
  return janus({ ...small, count }, { signal }, { makeQueue });
}

/** The evidence of a calm machine. */
const calmRun = { beats: 25, lateMs: 1, itemsPut: 4, wokenMs: 1 };
const soundRuns = { runs: [calmRun], quiet: [calmRun] };
const soundWay = {
  ...{
    received: 1000,
    firstWrong: null,
    seconds: 0.1,
    itemsPerSecond: 10_000,
    bestItemsPerSecond: 10_000,
    bareRoundTripsPerSecond: 20_000,
    lateMs: 1,
  },
};
const sound: Evidence = {
  count: 1000,
  maxSize: 4,
  blocked: { put: soundRuns, get: soundRuns },
  ways: { toLoop: soundWay, toWorker: soundWay },
};

async function withPool<T>(work: (pool: Executor<typeof calls>) => Promise<T>): Promise<T> {
  const pool = new ThreadPool<typeof calls>(new URL("../../src/labs/janus/worker-calls.js", import.meta.url), {
    maxWorkers: 1,
  });
  try {
    return await work(pool);
  } finally {
    await pool.shutdown({ force: true });
  }
}

test("janus carries all items in order, and no finding fails", async () => {
  const events: JanusEvent[] = [];
  const report = await janus({ count: 1500, maxSize: 4 }, { signal, emit: (event) => void events.push(event) });
  assertFails(report);
  assert.equal(report.findings.length + report.undecided.length, 6);
  assert.equal(events.filter((event) => event === "item").length, 3000);
  assert.deepEqual(
    events.filter((event) => event !== "item"),
    report.rows,
  );
  assert.deepEqual(
    report.rows.map(({ what }) => what),
    ["put", "get", "toLoop", "toWorker"],
  );
});

test("janus makes no claim on the rate of a few items", async () => {
  const report = await janus({ count: 1, maxSize: 1 }, { signal });
  assertFails(report);
  assert.equal(report.findings.length + report.undecided.length, 5);
});

/** Item 0 comes after its successor. */
class Swapping extends WatchedBridge<Item> {
  override async put(item: Item, opts?: Abortable): Promise<void> {
    if (item === 0) return;
    await super.put(item, opts);
    if (item === "") await super.put(0, opts);
  }
}

/** One of the falsy items never comes. */
class Leaky extends WatchedBridge<Item> {
  override async put(item: Item, opts?: Abortable): Promise<void> {
    if (item !== null) await super.put(item, opts);
  }
}

for (const [what, way] of [
  ["toLoop", /nothing is lost from the worker to the loop/],
  ["toWorker", /nothing is lost from the loop to the worker/],
] as const) {
  test(`janus's finding on order ${what} does not hold if two items are swapped`, async () => {
    assertFails(await mutated(what, Swapping), way);
  });

  test(`janus's finding on loss ${what} does not hold if a falsy item is dropped`, async () => {
    const report = await mutated(what, Leaky);
    assertFails(report, way);
    assert.match(report.findings.find(({ holds }) => !holds)?.measured ?? "", /^9 of 10 items/);
  });
}

/** A call that has to wait blocks the event loop a little later. */
class BlockingLoop extends WatchedBridge<Item> {
  readonly #busy = () => {
    const end = performance.now() + 300;
    while (performance.now() < end);
  };
  override put(item: Item, opts?: Abortable): Promise<void> {
    if (this.full) setTimeout(this.#busy, 20);
    return super.put(item, opts);
  }
  override get(opts?: Abortable): Promise<Item> {
    if (this.size === 0) setTimeout(this.#busy, 20);
    return super.get(opts);
  }
}

for (const [call, ...claims] of [
  ["put", /not make the event loop late by 50 ms/, /^A full queue stops the worker, not the loop/],
  ["get", /not make the event loop late by 50 ms/],
] as const) {
  test(`janus's findings on the loop do not hold if it is blocked beside ${call}()`, async () => {
    const blocked = await withPool((pool) =>
      blockedRuns(call, { makeQueue: () => new BlockingLoop({ maxSize: 4 }), pool }, signal),
    );
    const calm = { beats: 25, lateMs: 1 }; // this machine may be busy
    const measured = { ...blocked, quiet: blocked.runs.map(() => calm) };
    assertFails(conclude({ ...sound, blocked: { ...sound.blocked, [call]: measured } }), ...claims);
  });
}

test("janus's finding on a full queue does not hold without a bound", async () => {
  class Unbounded extends WatchedBridge<Item> {
    override get full() {
      return false;
    }
  }
  assertFails(await mutated("put", Unbounded), /^A full queue stops the worker/, /^shutdown\(\) wakes a worker/);
});

for (const what of ["put", "get"] as const) {
  test(`janus's finding on the end does not hold if shutdown() wakes no ${what}()`, async () => {
    class Deaf extends WatchedBridge<Item> {
      override shutdown() {}
    }
    assertFails(await mutated(what, Deaf), /^shutdown\(\) wakes a worker/);
  });
}

test("janus's finding on the rate does not hold if each put() takes a millisecond", async () => {
  class Slow extends WatchedBridge<Item> {
    override async put(item: Item, opts?: Abortable): Promise<void> {
      await sleep(1);
      await super.put(item, opts);
    }
  }
  const slow = await withPool((pool) =>
    toWorker(1000, { queue: new Slow({ maxSize: 4 }), pool, onItem: () => {} }, signal),
  );
  const toLoop = sound.ways.toLoop;
  const { bareRoundTripsPerSecond } = toLoop; // this machine may be busy
  const measured = { toLoop, toWorker: { ...slow, bareRoundTripsPerSecond } };
  assertFails(conclude({ ...sound, ways: measured }), /^Each way carries 5000 items/);
});

test("janus rejects with its signal's reason in each of its rows", async () => {
  for (const what of ["put", "get", "toLoop", "toWorker"] as const) {
    const controller = new AbortController();
    const reason = new Error("enough");
    class Aborting extends WatchedBridge<Item> {
      override put(item: Item, opts?: Abortable): Promise<void> {
        setImmediate(() => controller.abort(reason));
        return super.put(item, opts);
      }
      override get(opts?: Abortable): Promise<Item> {
        setImmediate(() => controller.abort(reason));
        return super.get(opts);
      }
    }
    const makeQueue: JanusParts["makeQueue"] = (maxSize, of) =>
      of === what ? new Aborting({ maxSize }) : new WatchedBridge({ maxSize });
    const running = janus({ count: 2000, maxSize: 4 }, { signal: controller.signal }, { makeQueue });
    await assert.rejects(running, (error) => error === reason, what);
  }
});
