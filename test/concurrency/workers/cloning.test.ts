import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { levelsOf, nested } from "../../support/workers/handover.js";
import { processes, type Tasks, tasks, threads } from "../../support/workers/pools.js";
import * as values from "../../support/workers/values.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name}.submit() rejects arguments that cannot be cloned, and no other task`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    const bad = [() => {}, Symbol("s"), [Promise.resolve()]];
    const outcomes = await Promise.allSettled(
      bad.flatMap((value) => [pool.submit("echo", [value]), pool.submit("who", [])]),
    );
    for (const [index, outcome] of outcomes.entries()) {
      if (index % 2 === 1) assert.deepEqual(outcome, { status: "fulfilled", value: worker });
      else assert.equal((outcome as PromiseRejectedResult).reason.name, "DataCloneError");
    }
  });

  test(`${Pool.name}.submit() rejects a result that cannot be cloned, and the worker lives`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    await assert.rejects(pool.submit("makeFunction", []), { name: "DataCloneError" });
    assert.equal(await pool.submit("who", []), worker);
  });

  test(`${Pool.name} keeps its worker after both kinds of rejection`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    const bad = [pool.submit("echo", [() => {}]), pool.submit("makeFunction", [])];
    for (const task of bad) await assert.rejects(task, { name: "DataCloneError" });
    assert.equal(await pool.submit("who", []), worker);
  });
}

test("ThreadPool and ProcessPool refuse values of more than 1,000 levels, both ways", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    const worker = await pool.submit("who", []);
    const other = pool.submit("block", [1]);
    for (const kind of ["objects", "maps"] as const) {
      assert.equal(await pool.submit("levelsOf", [nested(900, kind)]), 900);
      assert.equal(levelsOf(await pool.submit("nested", [900, kind])), 900);
      for (const levels of [1100, 1700, 2500, 3500, 5000, 10_000, 20_000, 100_000]) {
        const refused = { name: "DataCloneError", message: "nested more than 1000 levels deep" };
        await assert.rejects(pool.submit("levelsOf", [nested(levels, kind)]), refused);
        await assert.rejects(pool.submit("nested", [levels, kind]), refused);
      }
    }
    await other;
    assert.equal(await pool.submit("who", []), worker);
  }
});

test("ThreadPool and ProcessPool refuse a long list that chains its items", async (t) => {
  const items = Array.from({ length: 5000 }, (): { inner: unknown } => ({ inner: null }));
  for (const [i, item] of items.entries()) item.inner = items[i + 1] ?? null;
  for (const pool of [threads(t, 1), processes(t)]) {
    await assert.rejects(pool.submit("levelsOf", [items as never]), { name: "DataCloneError" });
    assert.equal(await pool.submit("levelsOf", [items[4500] as never]), 500);
  }
});

/** How a value arrives: as it was, as a plain object of its fields, as a plain array of its items, or not at all. */
type Arrival = "same" | "fields" | "items" | "refused";
/** One word for both pools; two if they differ: first the threads, then the processes. */
type Arrivals = Arrival | readonly [threads: Arrival, processes: Arrival];

const nodeVersion = Number.parseInt(process.versions.node, 10);
const threadsOnly: Arrivals = ["same", "refused"];
const threadsOnlyFrom = (version: number): Arrivals => (nodeVersion >= version ? threadsOnly : "refused");

const arrivals: Record<values.Kind, Arrivals> = {
  undefined: "same",
  null: "same",
  boolean: "same",
  number: "same",
  string: "same",
  bigint: "same",
  symbol: "refused",
  function: "refused",
  object: "same",
  "object without prototype": "fields",
  "array with a hole": "same",
  Map: "same",
  Set: "same",
  Date: "same",
  RegExp: "same",
  "boxed boolean": "same",
  "boxed number": "same",
  "boxed string": "same",
  "boxed bigint": "same",
  "boxed symbol": "refused",
  ArrayBuffer: "same",
  Uint8Array: "same",
  Float64Array: "same",
  BigInt64Array: "same",
  DataView: "same",
  Buffer: "same",
  SharedArrayBuffer: threadsOnly,
  "Int32Array of shared memory": threadsOnly,
  Error: "same",
  AggregateError: "same",
  "AggregateError in an AggregateError": "same",
  DOMException: threadsOnlyFrom(22),
  "Error with a DOMException as its cause": threadsOnlyFrom(22),
  Blob: threadsOnly,
  File: threadsOnlyFrom(24),
  KeyObject: threadsOnly,
  CryptoKey: threadsOnly,
  BlockList: threadsOnly,
  SocketAddress: threadsOnly,
  MessagePort: "refused", // unless it is transferred
  ReadableStream: "refused",
  WritableStream: "refused",
  TransformStream: "refused",
  AbortSignal: "refused",
  EventTarget: "refused",
  "instance of a class that extends EventTarget": "refused",
  URL: "refused",
  URLSearchParams: "refused",
  Headers: "refused",
  Response: "refused",
  TextDecoder: "refused",
  "WebAssembly.Module": threadsOnly,
  "Intl.NumberFormat": "refused",
  WeakMap: "refused",
  WeakRef: "refused",
  Promise: "refused",
  generator: "refused",
  Proxy: "refused",
  "instance of a class": "fields",
  "instance of a class without fields": "refused",
  "instance of a class with private fields alone": "refused",
  "instance of a class with a private and a public field": "fields",
  "instance of a class that extends Array": "items",
};

for (const [index, Pool] of [ThreadPool, ProcessPool].entries()) {
  test(`${Pool.name} passes each kind of value intact, or refuses it with a DataCloneError`, async (t) => {
    const pool = new Pool<typeof values>(new URL("../../support/workers/values.js", import.meta.url), {
      maxWorkers: 1,
    });
    t.after(() => pool.shutdown({ force: true }));
    const wrong: string[] = [];
    for (const kind of values.kinds) {
      const { [kind]: both } = arrivals;
      const arrival = typeof both === "string" ? both : (both[index] as Arrival);
      for (const place of values.places) {
        const [value] = await values.make(kind);
        const wanted =
          arrival === "refused" ? arrival : await values.describe(values.wrap(expected(value, arrival), place));
        const argument = pool.submit("describe", [values.wrap(value, place)]);
        const result = pool.submit("send", [kind, place]).then(values.describe);
        for (const [way, sent] of Object.entries({ argument, result })) {
          const got = await sent.catch((error) => (error.name === "DataCloneError" ? "refused" : String(error)));
          const awaited = kind === "Promise" && place === "itself" && way === "result";
          if (got !== wanted && !awaited) wrong.push(`${kind} as ${place} of the ${way}: ${got}, not ${wanted}`);
        }
      }
    }
    assert.equal(wrong.join("\n"), "");
  });
}

/** Values with a part that a structured clone leaves out, and whether it is still there. */
const impaired: Record<string, readonly [value: object, hasPart: (arrived: never) => boolean]> = {
  "a symbol key": [{ [Symbol.for("s")]: 1 }, (value: object) => Symbol.for("s") in value],
  "a field that is not enumerable": [Object.defineProperty({}, "a", { value: 1 }), (value: object) => "a" in value],
  ...Object.fromEntries(
    [new Date(5), /a/g, new Map(), new Set(), new Error("e"), Object(1), new Uint8Array(1)].map((each) => [
      `an own field of a ${each.constructor.name}`,
      [Object.assign(each, { own: 1 }), (value: object) => "own" in value] as const,
    ]),
  ),
  "lastIndex of a RegExp": [Object.assign(/a/g, { lastIndex: 3 }), (value: RegExp) => value.lastIndex > 0],
  "a getter": [
    {
      get a() {
        return 1;
      },
    },
    (value: object) => Object.getOwnPropertyDescriptor(value, "a")?.value !== 1,
  ],
  "a frozen state": [Object.freeze({ a: 1 }), Object.isFrozen],
  "a null prototype": [Object.create(null), (value: object) => Object.getPrototypeOf(value) === null],
  ...Object.fromEntries(
    [Array, Map, Set, Date, RegExp, RangeError].map((Base) => [
      `a subclass of ${Base.name}`,
      [
        new (class Mine extends (Base as new () => object) {})(),
        (value: object) => value.constructor !== Base,
      ] as const,
    ]),
  ),
};

test("ThreadPool and ProcessPool leave out the parts of a value that a structured clone does", async () => {
  for (const Pool of [ThreadPool, ProcessPool]) {
    await using pool = new Pool<Tasks>(tasks, { maxWorkers: 1 });
    for (const [part, [value, hasPart]] of Object.entries(impaired)) {
      assert.ok(hasPart(value as never), part);
      assert.equal(hasPart((await pool.submit("echo", [value])) as never), false, part);
    }
  }
});

function expected(value: unknown, arrival: Arrival): unknown {
  if (arrival === "fields") return { ...(value as object) };
  return arrival === "items" ? [...(value as unknown[])] : value;
}
