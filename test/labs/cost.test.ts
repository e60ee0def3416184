import "../support/hygiene.js";
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { type KindSpec, kindSpecs } from "../../src/labs/cost/kinds.js";
import { type CostEvent, type CostOptions, type CostPrograms, cost, type Kind } from "../../src/labs/cost.js";
import { membersOf } from "../support/family.js";
import { until } from "../support/until.js";

const { signal } = new AbortController();
const program = (name: string) => new URL(`../support/programs/${name}.js`, import.meta.url);
const own = (name: string) => new URL(`../../src/labs/cost/programs/${name}.js`, import.meta.url);

/** Ramps with time enough for a busy machine, and no more than a finding needs. */
const specs = kindSpecs.map((spec): KindSpec => {
  const most = { value: spec.fewest, name: "the test" };
  return { ...spec, budgetMs: 30_000, ...(spec.fewest === 10 && { most }) };
});
const programs: CostPrograms = {
  kinds: specs,
  switches: own("switches"),
  waiting: own("waiting"),
  wakeMs: null,
};
const options: CostOptions = {
  count: 1000,
  kinds: ["task", "connection", "os-thread", "thread", "process"],
  ceiling: 2 ** 30,
};

/** The programs with another one for a kind, and with switches that take no time to measure. */
function withKind(kind: Kind, changes: Partial<KindSpec>): CostPrograms {
  return {
    ...programs,
    switches: program("switches-slowly"),
    kinds: specs.map((spec) => (spec.kind === kind ? { ...spec, ...changes } : spec)),
  };
}

/** The marks of the findings whose claim matches. */
async function marksOf(claim: RegExp, kinds: Kind[], mutated: CostPrograms): Promise<boolean[]> {
  const { findings } = await cost({ ...options, kinds }, { signal }, mutated);
  return findings.filter((finding) => claim.test(finding.claim)).map(({ holds }) => holds);
}

test("cost finds that every claim holds", async () => {
  const { kinds, findings } = await cost(options, { signal }, programs);
  assert.deepEqual(
    kinds.map(({ kind, measured, basis }) => [kind, measured, basis]),
    [
      ["task", 1000, "heap"],
      ["connection", 1000, "rss"],
      ["os-thread", 1000, "rss"],
      ["thread", 10, "rss"],
      ["process", 10, "pss"],
    ],
  );
  assert.equal(findings.length, 5);
  for (const { claim, measured, holds } of findings) assert.ok(holds, `${claim}: ${measured}`);
});

test("cost's claim on tasks and workers fails with tasks that waste memory", async () => {
  const wasteful = withKind("task", { program: program("wastes-memory"), guessBytes: 2 ** 18 });
  assert.deepEqual(await marksOf(/under a thousandth/, ["task", "thread"], wasteful), [false]);
});

test("cost's claim on tasks and bare threads fails with tasks that waste memory", async () => {
  const wasteful = withKind("task", { program: program("wastes-memory"), guessBytes: 2 ** 18 });
  assert.deepEqual(await marksOf(/bare thread/, ["task", "os-thread"], wasteful), [false]);
});

test("cost's claim on connections fails with connections that waste memory", async () => {
  const wasteful = withKind("connection", { program: program("wastes-memory"), guessBytes: 2 ** 18 });
  assert.deepEqual(await marksOf(/idle connection/, ["connection", "process"], wasteful), [false]);
});

test("cost's claim on switches fails if an await takes as long as a thread", async () => {
  const slow = { ...programs, switches: program("switches-slowly") };
  assert.deepEqual(await marksOf(/switch between tasks/, ["task"], slow), [false]);
});

test("cost's claim on waiting threads fails if they wake up to look", async () => {
  assert.deepEqual(await marksOf(/wait take no CPU/, ["task"], { ...programs, wakeMs: 5 }), [false]);
});

test("cost leaves out the findings of kinds that did not run", async () => {
  const { findings } = await cost({ ...options, kinds: ["task"] }, { signal }, programs);
  assert.equal(findings.length, 2);
});

test("cost reports a child that a limit kills, with those that stood before", async () => {
  const dying = withKind("task", { program: program("stops-halfway"), first: 4 });
  const { kinds } = await cost({ ...options, kinds: ["task"] }, { signal }, dying);
  const [{ measured, stoppedBy, extrapolated } = assert.fail()] = kinds;
  assert.ok(measured >= 20 && measured <= 30, `${measured}`);
  assert.equal(stoppedBy, "SIGTRAP");
  assert.equal(extrapolated?.count, 1000);
});

test("cost ends a ramp at its ceiling", async () => {
  const wasteful = withKind("task", { program: program("wastes-memory"), guessBytes: 2 ** 18 });
  const ceiling = 128 * 2 ** 20;
  const { kinds } = await cost({ ...options, count: 1_000_000, kinds: ["task"], ceiling }, { signal }, wasteful);
  const [{ measured, stoppedBy } = assert.fail()] = kinds;
  assert.equal(stoppedBy, "ceiling (128 MiB)");
  assert.ok(measured > 100 && measured < 1000, `${measured}`); // 128 KiB each
});

test("cost kills a child that breaks the ceiling within one step", async () => {
  const wasteful = withKind("task", { program: program("wastes-memory"), guessBytes: 1, first: 100_000 });
  const ceiling = 128 * 2 ** 20;
  const { kinds } = await cost({ ...options, count: 1_000_000, kinds: ["task"], ceiling }, { signal }, wasteful);
  assert.deepEqual([kinds[0]?.measured, kinds[0]?.stoppedBy], [0, "ceiling (128 MiB)"]);
});

test("cost holds each ramp at its top, under the pid of its process", async () => {
  const tops: CostEvent[] = [];
  let threads = 0;
  const emit = (event: CostEvent) => {
    if (event.type !== "top") return;
    tops.push(event);
    threads = readdirSync(`/proc/${event.pid}/task`).length;
  };
  await cost({ ...options, kinds: ["thread"], holdMs: 1 }, { signal, emit }, programs);
  assert.equal(tops.length, 1);
  assert.ok(threads >= 10 + 1, `${threads}`);
});

test("cost holds nothing that the end of its ramp has killed", async () => {
  const events: string[] = [];
  const dying = withKind("task", { program: program("stops-halfway"), first: 4 });
  const emit = (event: CostEvent) => void events.push(event.type);
  await cost({ ...options, kinds: ["task"], holdMs: 60_000 }, { signal, emit }, dying);
  assert.ok(events.includes("kind") && !events.includes("top"), events.join());
});

for (const type of ["step", "switches"] as const) {
  test(`cost rejects with its signal's reason during what follows ${type}`, async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const emit = (event: CostEvent) => {
      if (event.type === type) setImmediate(() => controller.abort(reason));
    };
    const endless = type === "step" ? { program: program("never-answers") } : {};
    const running = cost(
      { ...options, kinds: ["task"] },
      { signal: controller.signal, emit },
      { ...withKind("task", endless), switches: program("never-answers") },
    );
    await assert.rejects(running, (error) => error === reason);
  });
}

test("cost rejects with its signal's reason, and leaves no process", async () => {
  for (const kind of ["task", "connection", "os-thread", "thread", "process"] as const) {
    const controller = new AbortController();
    const reason = new Error("enough");
    let pid = 0;
    const emit = (event: CostEvent) => {
      if (event.type !== "top") return;
      pid = event.pid;
      controller.abort(reason);
    };
    const held = { ...options, kinds: [kind], holdMs: 60_000 };
    await assert.rejects(cost(held, { signal: controller.signal, emit }, programs), (error) => error === reason);
    await until(`the end of all processes of ${kind}`, () => membersOf(pid).length === 0);
  }
});
