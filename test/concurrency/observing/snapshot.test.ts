import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Lock,
  mapConcurrent,
  Queue,
  run,
  sleep,
  type TaskGroup,
  ThreadPool,
  taskGroup,
  timeout,
} from "../../../src/concurrency/index.js";
import { type Snapshot, snapshot } from "../../../src/concurrency/observing/snapshot.js";

/** The snapshot of a group, once its tasks have started. */
async function seen(start: (group: TaskGroup) => unknown, limit?: number): Promise<Snapshot> {
  let result: Snapshot | undefined;
  await run(({ signal }) =>
    taskGroup(
      async (group) => {
        await start(group);
        await sleep(1);
        result = snapshot(limit);
        group.cancel();
      },
      { signal },
    ),
  );
  assert.ok(result);
  return result;
}

/** The nodes in the group, without the times, which differ from run to run. */
function nodesOf({ tree }: Snapshot) {
  return JSON.parse(
    JSON.stringify(tree[0]?.below?.[0]?.below ?? [])
      .replaceAll(/"sinceMs":\d+/g, '"sinceMs":0')
      .replaceAll(/\d+ ms left/g, "left"),
  );
}

test("a snapshot has each task with what it waits for", async () => {
  const jobs = new Queue<number>({ name: "jobs" });
  const taken = await seen((group) => {
    group.spawn((own) => jobs.get({ signal: own }), { name: "consumer" });
    group.spawn(function quick(own) {
      return sleep(60_000, { signal: own });
    });
    group.spawn((own) => timeout(9000, (inner) => sleep(8000, { signal: inner }), { signal: own }), {
      name: "patient",
    });
    group.spawn(
      (own) =>
        mapConcurrent(
          [1, 2, 3],
          function thumb(_item, _index, inner) {
            return sleep(7000, { signal: inner });
          },
          { concurrency: 2, signal: own },
        ),
      { name: "maps" },
    );
    group.spawn(() => new Promise((resolve) => setTimeout(resolve, 50)), { name: "silent" });
  });
  const wait = { what: "sleep 7000 ms", state: "left" };
  assert.deepEqual(nodesOf(taken), [
    { what: "task consumer", sinceMs: 0, below: [{ what: "jobs get" }] },
    { what: "task quick", sinceMs: 0, below: [{ what: "sleep 60000 ms", state: "left" }] },
    {
      what: "task patient",
      sinceMs: 0,
      below: [{ what: "timeout 9000 ms", below: [{ what: "sleep 8000 ms", state: "left" }] }],
    },
    {
      what: "task maps",
      sinceMs: 0,
      below: [{ what: "map thumb", state: "2 of 2 in flight", below: [{ ...wait, like: 1 }] }],
    },
    { what: "task silent", sinceMs: 0, state: "runs, or waits without its signal" },
  ]);
  assert.deepEqual([taken.pid, taken.circles], [process.pid, []]);
  assert.deepEqual(
    taken.queues.find(({ name }) => name === "jobs"),
    { name: "jobs", size: 0, max: null, getters: 1, putters: 0 },
  );
});

test("tasks that are alike are one node, those of another kind are not", async () => {
  const jobs = new Queue<number>();
  const taken = await seen((group) => {
    for (let n = 0; n < 1000; n++) group.spawn((own) => jobs.get({ signal: own }), { name: `worker ${n}` });
    group.spawn((own) => jobs.join({ signal: own }).then(() => sleep(60_000, { signal: own })), {
      name: "worker 1000",
    });
  });
  assert.deepEqual(
    nodesOf(taken).map(({ what, like }: { what: string; like: number }) => [what, like]),
    [
      ["task worker 0", 999],
      ["task worker 1000", undefined],
    ],
  );
});

test("a circle of locks has the names of its tasks and locks", async () => {
  const [a, b] = [new Lock({ name: "lock A" }), new Lock({ name: "lock B" })];
  const taken = await seen(async (group) => {
    const both = (first: Lock, second: Lock, own: AbortSignal) =>
      first.use(() => sleep(5, { signal: own }).then(() => second.acquire({ signal: own })), { signal: own });
    group.spawn((own) => both(a, b, own), { name: "Alice" });
    group.spawn((own) => timeout(9000, (inner) => both(b, a, inner), { signal: own }), { name: "Bob" });
    group.spawn((own) => sleep(2).then(() => a.acquire({ signal: own })), { name: "Carol" });
    await sleep(30);
  });
  assert.deepEqual(taken.circles, [["Alice", "lock B", "Bob", "lock A"]]);
  assert.deepEqual(nodesOf(taken)[2].below, [{ what: "lock A", heldBy: "Alice" }]);
});

test("a call in a worker has the worker that runs it", async (t) => {
  const module = new URL("data:text/javascript,export const nap = (ms) => new Promise((done) => setTimeout(done, ms))");
  const pool = new ThreadPool<{ nap(ms: number): Promise<void> }>(module, { maxWorkers: 1 });
  t.after(() => pool.shutdown({ force: true }));
  await pool.submit("nap", [1]);
  const taken = await seen(async (group) => {
    group.spawn((own) => pool.submit("nap", [60_000], { signal: own }), { name: "first" });
    await sleep(50);
  });
  assert.match(JSON.stringify(taken.tree), /"what":"nap\(\)","state":"in thread \d+"/);
});

test("a snapshot stays within its limit of nodes, and counts the rest", async () => {
  const taken = await seen((group) => {
    for (let n = 0; n < 100; n++)
      group.spawn((own) => sleep(60_000, { signal: own }), {
        name: `${"abcdefghij"[n % 10]}${"klmnopqrst"[Math.floor(n / 10)]}`,
      });
  }, 50);
  const count = (nodes: Snapshot["tree"]): number => nodes.reduce((sum, { below = [] }) => sum + 1 + count(below), 0);
  assert.ok(count(taken.tree) <= 55, `${count(taken.tree)}`);
  assert.match(JSON.stringify(taken.tree), /"\d+ more that are not shown"/);
});
