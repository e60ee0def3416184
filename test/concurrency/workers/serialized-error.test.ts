import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type PoolOptions, ProcessPool, QueueShutDown, ThreadPool } from "../../../src/concurrency/index.js";
import { deserializeError, serializeError } from "../../../src/concurrency/workers/serialized-error.js";
import { processes, type Tasks, tasks, threads } from "../../support/workers/pools.js";

test("serializeError knows a class of its own by its prototype, not by its name", (t) => {
  const { name } = QueueShutDown;
  t.after(() => Object.defineProperty(QueueShutDown, "name", { value: name }));
  Object.defineProperty(QueueShutDown, "name", { value: "_QueueShutDown" }); // as in a bundle
  const error = deserializeError(serializeError(new QueueShutDown("the end")));
  assert.equal(Object.getPrototypeOf(error), QueueShutDown.prototype);
});

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name} passes errors with class, message, stack, code, cause, errors and fields`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const worker = await pool.submit("who", []);
    const error = (await pool.submit("fail", []).catch((thrown) => thrown)) as RangeError & Record<string, unknown>;
    assert.ok(error instanceof RangeError);
    assert.equal(error.constructor.name, "Refused");
    assert.equal(error.name, "RangeError");
    assert.equal(error.message, "no more");
    assert.match(error.stack ?? "", /at fail .*workers\/tasks\.js/);
    assert.equal(error.code, "E_REFUSED");
    const { limit, inner } = error.details as { limit: number; inner: unknown };
    assert.equal(limit, 3);
    assert.ok(inner instanceof TypeError);
    const cause = error.cause as AggregateError;
    assert.ok(cause instanceof AggregateError);
    assert.ok(cause.errors[0] instanceof TypeError);
    assert.equal(cause.errors[1], "second");
    assert.equal(await pool.submit("who", []), worker);
  });

  test(`${Pool.name} passes any thrown value: circles, non-errors, parts that cannot be cloned`, async () => {
    await using pool = make({ maxWorkers: 1 });
    // biome-ignore lint/suspicious/noExplicitAny: what was thrown may be anything
    const thrown = (promise: Promise<unknown>): Promise<any> =>
      promise.then(
        () => assert.fail(),
        (error) => error,
      );
    const round = await thrown(pool.submit("failInCircles", []));
    assert.equal(round.cause, round);
    for (const value of [undefined, null, 0, "text", { a: [1, new Date(1)] }, new Map([[1, 2]])]) {
      assert.deepEqual(await thrown(pool.submit("failWith", [value])), value);
    }
    const kept = await thrown(pool.submit("failUncloneably", []));
    assert.equal(kept.message, "kept");
    assert.equal(kept.symbol, "Symbol(s)");
    assert.match(kept.blob, /^Blob \{/);
    const aborted = await thrown(pool.submit("abortWith", ["enough"]));
    assert.ok(aborted instanceof DOMException);
    assert.deepEqual([aborted.name, aborted.message, aborted.code], ["AbortError", "enough", 20]);
  });
}

test("ThreadPool and ProcessPool pass a deeply nested error, cut off", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    await assert.rejects(pool.submit("failDeeply", [3000]), (error) => {
      assert.ok(error instanceof Error && error.cause instanceof Error);
      assert.equal(error.message, "after 2999");
      return true;
    });
    assert.equal(await pool.submit("bytes", [new Uint8Array(5)]), 5);
  }
});

test("ThreadPool and ProcessPool reject a task that throws too deep a value", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    const worker = await pool.submit("who", []);
    for (const levels of [990, 1700, 3000, 20_000]) {
      const thrown = await pool.submit("throwNested", [levels]).catch((error) => error);
      if (thrown instanceof Error) assert.match(thrown.message, /^cannot tell what was thrown: .*Map/);
      else assert.ok(thrown instanceof Map || /^Map/.test(thrown), String(thrown));
    }
    assert.equal(await pool.submit("who", []), worker);
  }
});

test("ThreadPool and ProcessPool pass an error without its unreadable field", async (t) => {
  for (const pool of [threads(t, 1), processes(t)]) {
    await assert.rejects(
      pool.submit("failOddly", []),
      (error) => error instanceof RangeError && error.message === "odd",
    );
  }
});
