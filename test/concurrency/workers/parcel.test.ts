import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { type PoolOptions, ProcessPool, ThreadPool } from "../../../src/concurrency/index.js";
import { type Tasks, tasks, threads, warm } from "../../support/workers/pools.js";

for (const Pool of [ThreadPool, ProcessPool]) {
  const make = (opts?: PoolOptions) => new Pool<Tasks>(tasks, opts);

  test(`${Pool.name} passes Buffers, Maps, Dates and typed arrays intact, both ways`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const value = {
      buffer: Buffer.from("bytes"),
      map: new Map<unknown, unknown>([["key", new Set([1n, Buffer.alloc(3, 1)])]]),
      floats: new Float64Array([1.5, -0, Number.NaN]),
      bytes: new Uint8Array([1, 2]),
      date: new Date(5),
      nothing: undefined,
    };
    const back = await pool.submit("echo", [value]);
    assert.deepEqual(back, value);
    assert.equal(Buffer.isBuffer(value.bytes), Buffer.isBuffer((back as typeof value).bytes));
    assert.equal(await pool.submit("kindOf", [Buffer.alloc(1)]), "[object Uint8Array]Buffer");
    assert.equal(await pool.submit("kindOf", [new Uint8Array(1)]), "[object Uint8Array]Uint8Array");
  });

  test(`${Pool.name}.submit() moves an ArrayBuffer to a thread, but copies it to a process`, async () => {
    await using pool = make({ maxWorkers: 1 });
    const memory = new Uint8Array([1, 2, 3]).buffer as ArrayBuffer;
    const back = (await pool.submit("echo", [memory], { transfer: [memory] })) as ArrayBuffer;
    assert.deepEqual(new Uint8Array(back), new Uint8Array([1, 2, 3]));
    assert.equal(memory.byteLength, Pool === ThreadPool ? 0 : 3);
    assert.equal(await pool.submit("byteLength", [back], { transfer: [back] }), 3);
  });
}

test("ThreadPool.submit() moves a MessagePort to a thread and back, and ProcessPool refuses it", async (t) => {
  await using threads = new ThreadPool<Tasks>(tasks, { maxWorkers: 1 });
  await using processes = new ProcessPool<Tasks>(tasks, { maxWorkers: 1 });
  const { port1, port2 } = new MessageChannel();
  t.after(() => port1.close());
  const refused = { name: "DataCloneError" };
  await assert.rejects(threads.submit("echo", [port2]), refused);
  await assert.rejects(processes.submit("echo", [port2], { transfer: [port2] }), refused);
  const back = (await threads.submit("echo", [port2], { transfer: [port2] })) as MessagePort;
  port1.postMessage("through");
  assert.deepEqual(await once(back, "message"), ["through"]);
  await assert.rejects(threads.submit("echo", [port2], { transfer: [port2] }), refused);
});

test("ThreadPool.submit() moves a buffer behind a slow task only when its turn has come", async (t) => {
  const pool = threads(t, 2);
  await warm(pool);
  const slow = () => pool.submit("block", [20]);
  const move = () => {
    const buffer = new ArrayBuffer(1000);
    return pool.submit("bytes", [buffer], { transfer: [buffer] });
  };
  const sizes = await Promise.all([slow(), move(), move(), move(), slow(), move(), move(), slow(), move(), move()]);
  assert.deepEqual(
    sizes.filter((size) => size !== undefined),
    Array(7).fill(1000),
  );
});

test("ThreadPool.submit() refuses a buffer that was moved before, and the pool goes on", async (t) => {
  const pool = threads(t, 1);
  const view = new Uint8Array(1000);
  assert.equal(await pool.submit("bytes", [view], { transfer: [view.buffer] }), 1000);
  await assert.rejects(pool.submit("bytes", [view], { transfer: [view.buffer] }), { name: "DataCloneError" });
  assert.equal(await pool.submit("bytes", [new Uint8Array(5)]), 5);
});
