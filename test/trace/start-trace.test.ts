import "../support/hygiene.js";
import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  gather,
  Lock,
  mapConcurrent,
  Queue,
  Semaphore,
  sleep,
  ThreadPool,
  taskGroup,
} from "../../src/concurrency/index.js";
import { startTrace, type TraceOptions } from "../../src/trace/start-trace.js";
import { faultsOf, readTrace, type TraceEvent } from "../support/check-trace.js";
import { temporaryFolder } from "../support/files.js";

type Context = Parameters<typeof temporaryFolder>[0];

/** The trace of what `work` does. It holds all rules. */
async function traced(t: Context, work: () => Promise<unknown>, options?: TraceOptions) {
  const path = temporaryFolder(t)("trace.json");
  const trace = startTrace(path, options);
  try {
    await work();
  } finally {
    trace.stop();
  }
  const events = readTrace(path);
  assert.deepEqual(faultsOf(events), []);
  return { path, events, summary: trace.stop() };
}

const slices = (events: readonly TraceEvent[], cat: TraceEvent["cat"]) =>
  events.filter((event) => event.cat === cat && event.ph === "X");
const find = (events: readonly TraceEvent[], cat: TraceEvent["cat"], name: string) => {
  const found = slices(events, cat).find((event) => event.name === name);
  assert.ok(found, `no ${cat} "${name}" among ${slices(events, cat).map((each) => each.name)}`);
  return found;
};
const endOf = ({ ts, dur }: TraceEvent) => ts + dur;
const isInside = (inner: TraceEvent, outer: TraceEvent) => outer.ts <= inner.ts && endOf(inner) <= endOf(outer) + 0.001;

/** Block the event loop. */
function spin(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

test("a task has its parent, its waits and its turns in one lane", async (t) => {
  const { events } = await traced(t, () =>
    taskGroup(async (group) => {
      const mother = async (signal: AbortSignal) => {
        await taskGroup((inner) => void inner.spawn((own) => sleep(20, { signal: own }), { name: "child" }), {
          signal,
        });
        await sleep(5, { signal });
      };
      group.spawn(mother, { name: "mother" });
    }),
  );
  const [mother, child] = [find(events, "task", "mother"), find(events, "task", "child")];
  assert.equal(child.args?.parent, mother.args?.id);
  assert.notEqual(child.tid, mother.tid);
  const wait = find(events, "wait", "sleep 20 ms");
  assert.ok(wait.tid === child.tid && isInside(wait, child), JSON.stringify([wait, child]));
  assert.ok(wait.dur >= 19_000, `${wait.dur} µs`);
  for (const turn of slices(events, "run").filter(({ tid, name }) => tid === child.tid && name === "child")) {
    assert.ok(isInside(turn, child), JSON.stringify([turn, child]));
  }
});

test("an arrow leads from the task that wakes to the one that is woken", async (t) => {
  const queue = new Queue<number>({ name: "jobs" });
  const { events } = await traced(t, () =>
    taskGroup((group) => {
      group.spawn((signal) => queue.get({ signal }), { name: "consumer" });
      group.spawn(
        async (signal) => {
          await sleep(10, { signal });
          await queue.put(1);
          await sleep(5, { signal });
        },
        { name: "producer" },
      );
    }),
  );
  const lanes = ["producer", "consumer"].map((name) => find(events, "task", name).tid);
  const arrows = events.filter(({ cat }) => cat === "wake").map(({ tid }) => tid);
  assert.deepEqual(arrows, lanes);
  const [start] = events.filter(({ ph }) => ph === "s");
  const wait = find(events, "wait", "jobs get");
  assert.ok(Math.abs(endOf(wait) - (start?.ts ?? 0)) < 0.001, "the wait ends where the arrow starts");
});

test("a turn above 50 ms is a block with the name of its task", async (t) => {
  const { events } = await traced(t, () =>
    gather([
      async function busy(signal) {
        await sleep(5, { signal });
        spin(80);
      },
      (signal) => sleep(60, { signal }),
    ]),
  );
  const [block, ...others] = slices(events, "block");
  assert.deepEqual([block?.name, block?.tid, others], ["blocked by busy", 1, []]);
  assert.ok(Number(block?.dur) >= 80_000);
});

test("waits at the same time stand in lanes of their own, and lanes are used again", async (t) => {
  const { events } = await traced(t, async () => {
    await gather([() => Promise.all([sleep(30), sleep(20), sleep(10)])]);
    await mapConcurrent(
      Array.from({ length: 200 }, (_, i) => i),
      () => sleep(1),
      { concurrency: 4 },
    );
  });
  assert.equal(
    new Set(
      slices(events, "wait")
        .filter(({ name }) => name !== "sleep 1 ms")
        .map(({ tid }) => tid),
    ).size,
    3,
  );
  const items = slices(events, "task").filter(({ name }) => name.startsWith("map["));
  assert.equal(items.length, 200);
  assert.ok(new Set(items.map(({ tid }) => tid)).size <= 5); // the next item begins in the turn in which another ends
});

test("locks, semaphores and queues are called by their names", async (t) => {
  const [lock, slots] = [new Lock({ name: "ledger" }), new Semaphore(1, { name: "slots" })];
  const queue = new Queue<number>({ maxSize: 1, name: "orders" });
  const { events } = await traced(t, () =>
    gather([
      () => lock.use(() => slots.use(() => sleep(10))),
      () => lock.use(() => {}),
      () => slots.use(() => {}),
      async () => {
        for (const n of [1, 2]) await queue.put(n);
      },
      async () => {
        await sleep(120);
        for (const _ of [1, 2]) await queue.get();
      },
    ]),
  );
  for (const name of ["ledger", "slots", "orders put"]) find(events, "wait", name);
  const sizes = events.filter(({ ph, name }) => ph === "C" && name === "size of orders");
  assert.ok(sizes.some(({ args }) => args?.value === 1));
});

test("the call in a worker lies inside of the wait for it", async (t) => {
  const module = new URL("data:text/javascript,export const add = (a, b) => a + b");
  const { events } = await traced(t, async () => {
    await using pool = new ThreadPool<{ add(a: number, b: number): number }>(module, { maxWorkers: 1 });
    await gather([() => pool.submit("add", [1, 2])]);
  });
  const [call, wait] = [find(events, "worker", "add"), find(events, "wait", "add() in a worker")];
  assert.ok(call.tid >= 10 && call.tid < 100);
  assert.ok(wait.ts <= call.ts + 1000 && endOf(call) <= endOf(wait) + 1000, JSON.stringify([call, wait])); // the clocks of two threads
});

test("a wait that nobody awaits is told by its name", async (t) => {
  const abandoned = new AbortController();
  const { summary } = await traced(t, () =>
    gather([
      async function hasty() {
        sleep(60_000, abandoned).catch(() => {});
      },
    ]),
  );
  abandoned.abort();
  assert.deepEqual([...summary.unawaited.keys()], ["hasty: sleep 60000 ms"]);
});

test("a trace beyond its limit counts what it leaves out", async (t) => {
  const many = () =>
    mapConcurrent(
      Array.from({ length: 500 }, (_, i) => i),
      () => sleep(0),
      { concurrency: 10 },
    );
  const { events, summary, path } = await traced(t, many, { limit: 20_000 });
  assert.ok(summary.dropped > 100 && summary.events < 300, JSON.stringify(summary));
  assert.deepEqual([events.at(-1)?.name, events.at(-1)?.args?.dropped], ["end of the trace", summary.dropped]);
  assert.ok(statSync(path).size < 21_000);
});

test("a trace is for its owner alone, and may be compressed", async (t) => {
  const folder = temporaryFolder(t);
  const open = folder("open.json");
  writeFileSync(open, "old", { mode: 0o644 });
  const first = startTrace(open);
  assert.throws(() => startTrace(folder("second.json")), /already/);
  first.stop();
  assert.equal(statSync(open).mode & 0o777, 0o600);
  const packed = folder("trace.json.gz");
  const trace = startTrace(packed);
  await gather([() => sleep(1)]);
  trace.stop();
  assert.deepEqual(faultsOf(readTrace(packed)), []);
  assert.throws(() => startTrace(join(folder("nowhere"), "trace.json")), { code: "ENOENT" });
});

test("nothing is observed after the end of a trace", async (t) => {
  const { events, path } = await traced(t, () => gather([() => sleep(1)]));
  const size = statSync(path).size;
  await gather([() => sleep(1)]);
  assert.equal(statSync(path).size, size);
  assert.equal(slices(events, "task").length, 1);
});

test("the checker finds what Perfetto would drop", async (t) => {
  const { events } = await traced(t, () =>
    taskGroup((group) => {
      const queue = new Queue<number>();
      group.spawn((signal) => queue.get({ signal }));
      group.spawn(async (signal) => {
        await sleep(2, { signal });
        queue.putNowait(1);
        await sleep(2, { signal });
      });
    }),
  );
  const mutations: Record<string, (event: TraceEvent) => object | undefined> = {
    "a slice that is stretched": (event) => (event.cat === "wait" ? { dur: event.dur * 1000 } : undefined),
    "an arrow's id that is used twice": (event) => (event.ph === "s" ? { id: 99 } : undefined),
    "an arrow that ends nowhere": (event) => (event.ph === "f" ? { ts: event.ts + 500 } : undefined),
    "a lane beyond 32 bits": (event) => (event.cat === "run" ? { tid: 2 ** 33 } : undefined),
  };
  for (const [what, mutate] of Object.entries(mutations)) {
    let isDone = false;
    const mutated = events.map((event) => {
      const change = isDone ? undefined : mutate(event);
      isDone ||= change !== undefined;
      return { ...event, ...change };
    });
    assert.ok(isDone && faultsOf(mutated).length > 0, what);
  }
});
