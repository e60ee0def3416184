import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import type { BotData } from "../../src/labs/race/bot.js";
import { Crew } from "../../src/labs/race/crew.js";
import { counted, freshKitchen } from "../../src/labs/race/kitchen.js";
import { models, read, type Step, work } from "../../src/labs/race/models.js";
import { type RaceEvent, type RaceParts, type RaceReport, raceBots } from "../../src/labs/race.js";
import { threadsHere } from "../support/threads.js";

const { signal } = new AbortController();
const inFull = { bots: 10, tables: 10_000, rounds: 2 };
const enough = 6; // rounds in which threads meet often, also on one busy processor
const short = { bots: 4, tables: 100, rounds: 3 };

function lossesOf({ rows }: RaceReport): Record<string, number> {
  return Object.fromEntries(rows.map(({ fix, lostRounds }) => [fix, lostRounds]));
}

test("raceBots loses updates in every round, and none under a fix", async () => {
  const rounds: string[] = [];
  const emit = ({ fix, steps }: RaceEvent) => {
    rounds.push(fix);
    assert.equal(steps, 10);
  };
  const report = await raceBots(inFull, { signal, emit });
  assert.deepEqual(lossesOf(report), { none: 2, lock: 0, atomic: 0, single: 0, forgotten: 2 });
  assert.deepEqual([...new Set(rounds)], Object.keys(lossesOf(report)));
  assert.equal(rounds.length, 10);
  assert.deepEqual(
    report.findings.map(({ holds }) => holds),
    Array(8).fill(true),
  );
  assert.deepEqual(report.undecided, []);
});

test("raceBots counts every change, and fixed kitchens hold what they held", async () => {
  const { rows } = await raceBots({ ...short, fixes: ["single", "lock", "atomic"] }, { signal });
  for (const { changes, lost, kitchen, ms } of rows) {
    assert.deepEqual([changes, lost, kitchen], [2400, 0, { knives: 100, forks: 100 }]);
    assert.ok(ms > 0);
  }
});

test("raceBots with awaitInside loses across an await, and Lock mends it", async () => {
  const report = await raceBots({ ...short, awaitInside: true }, { signal });
  assert.deepEqual(lossesOf(report), { none: 3, "no-await": 0, lock: 0 });
  assert.deepEqual(
    report.findings.map(({ holds }) => holds),
    Array(6).fill(true),
  );
});

const atomicWrite: Step = {
  name: "subtract",
  run(world) {
    world.knives -= 4;
  },
};

/** Each breaks one thing, and with it the claim that begins with those words. */
const mutations: [name: string, claim: string, parts: RaceParts, awaitInside?: true][] = [
  ["bots that lock though they should not", "Threads that change", { doneAs: { none: "lock" } }],
  ["a lock that nobody takes", "No update is lost under a lock", { doneAs: { lock: "none" } }],
  ["an atomic step torn into three", "No update is lost if reading", { doneAs: { atomic: "none" } }],
  ["bots that pass their owner by", "No update is lost if one thread", { doneAs: { single: "none" } }],
  ["a forgetful bot that remembers", "One thread that forgets", { doneAs: { forgotten: "lock" } }],
  ["an await that is taken out", "One thread races too", { taskDoneAs: { none: "no-await" } }, true],
  ["an await that is put in", "Tasks lose no update", { taskDoneAs: { "no-await": "none" } }, true],
  ["a Lock that is not used", "A Lock around the await", { taskDoneAs: { lock: "none" } }, true],
  ["a model without its lock", "Two threads", { models: { ...models, "threads, lock": models.threads } }, true],
  [
    "a model of tasks with an await",
    "Two tasks",
    { models: { ...models, tasks: models["tasks, await inside"] } },
    true,
  ],
  [
    "a model that writes in one step",
    "The walk-through",
    { models: { ...models, threads: [[read], [work], [atomicWrite]] } },
    true,
  ],
];

for (const [name, claim, parts, awaitInside] of mutations) {
  test(`raceBots finds its claim broken by ${name}`, async () => {
    const [fix] = Object.keys(parts.doneAs ?? {}) as (keyof NonNullable<RaceParts["doneAs"]>)[];
    const options = awaitInside ? { ...short, awaitInside } : { ...inFull, rounds: enough, fixes: fix ? [fix] : [] };
    const { findings } = await raceBots(options, { signal }, parts);
    const finding = findings.find((each) => each.claim.startsWith(claim));
    assert.equal(finding?.holds, false, finding?.measured);
  });
}

/** A crew whose threads run `code` in the place of a bot. */
function crewOf(code: string): Crew {
  return new (class extends Crew {
    protected override startThread(workerData: BotData): Worker {
      return new Worker(code, { eval: true, workerData, transferList: [workerData.owner] });
    }
  })(signal);
}

test("raceBots finds its claim on atomic steps broken by torn knives beside an atomic count", async () => {
  const torn = new URL("../support/workers/torn-bot.js", import.meta.url);
  const crew = crewOf(`import(${JSON.stringify(torn)})`);
  const { rows, findings } = await raceBots({ ...inFull, rounds: enough, fixes: ["atomic"] }, { signal }, { crew });
  assert.equal(rows[0]?.lost, 0);
  assert.equal(findings[0]?.holds, false);
  assert.match(
    findings[0]?.measured ?? "",
    /^0 of 1200000 changes lost.*; a kitchen was left with knives: -?\d+, forks: 100$/,
  );
});

test("raceBots leaves its claims on threads undecided for one bot", async () => {
  const { findings, undecided } = await raceBots({ ...short, bots: 1 }, { signal });
  assert.equal(findings.length, 3); // of the schedules
  assert.deepEqual(
    undecided.map(({ measured }) => measured),
    Array(5).fill("one bot cannot race"),
  );
});

test("raceBots leaves claims undecided if its threads never met", async () => {
  const kitchen = { knives: 100, forks: 100, counted: 800, ms: 1, met: [3, 2, 0, 0] };
  const crew = { hire: async () => undefined, round: async () => kitchen, dismiss: async () => {} };
  const { undecided } = await raceBots({ ...short, rounds: 1, fixes: ["none", "lock"] }, { signal }, { crew });
  assert.equal(undecided.length, 2);
  for (const { measured } of undecided) assert.match(measured, /^0 of 800 changes lost; the threads met 5 times/);
});

test("raceBots reports threads that the system refuses, and still runs its model", async () => {
  class Refused extends Crew {
    protected override startThread(): never {
      throw Object.assign(new Error("Worker initialization failure: EAGAIN"), { code: "ERR_WORKER_INIT_FAILED" });
    }
  }
  const { rows, schedules, undecided } = await raceBots(short, { signal }, { crew: new Refused(signal) });
  assert.deepEqual([rows.length, schedules.length, undecided.length], [0, 4, 5]);
  for (const { measured } of undecided)
    assert.equal(measured, "cannot start 4 threads: Worker initialization failure: EAGAIN");
});

for (const code of ["ERR_WORKER_OUT_OF_MEMORY", "EMFILE", "ENFILE", "EAGAIN"]) {
  test(`raceBots reports threads that fail by ${code} once they are online`, async () => {
    const failing = `throw Object.assign(new Error("no more"), { code: "${code}" })`;
    const { rows, undecided } = await raceBots(short, { signal }, { crew: crewOf(failing) });
    assert.deepEqual([rows.length, undecided.length], [0, 5]);
    for (const { measured } of undecided) assert.equal(measured, "cannot start 4 threads: no more");
  });
}

test("raceBots rejects with the first error of a thread, whenever it comes", async () => {
  const ready = 'const { parentPort } = require("node:worker_threads"); parentPort.postMessage({ met: 0 });';
  const onOrder = (then: string) => `${ready} parentPort.once("message", () => { ${then} })`;
  for (const [code, expected] of [
    ["oops", /oops is not defined/],
    ["process.exit(3)", /the thread of a bot ended with exit code 3/],
    [onOrder("oops"), /oops is not defined/],
    [onOrder("process.exit(3)"), /exit code 3/],
    [`${ready} setImmediate(() => oops)`, /oops is not defined/],
  ] as const) {
    await assert.rejects(raceBots(short, { signal }, { crew: crewOf(code) }), expected, code);
  }
});

for (const fix of ["none", "lock", "atomic", "single", "forgotten"] as const) {
  test(`raceBots rejects with its signal's reason amid the changes of ${fix}, and ends its threads`, async () => {
    const before = threadsHere();
    const controller = new AbortController();
    const reason = new Error("enough");
    const begun = new Crew(controller.signal);
    const kitchen = freshKitchen(3);
    let changes = 0;
    const abortAmidChanges = () => {
      changes = Atomics.load(kitchen, counted);
      if (changes > 0) controller.abort(reason);
      else setImmediate(abortAmidChanges);
    };
    const crew = {
      hire: (count: number) => begun.hire(count),
      dismiss: () => begun.dismiss(),
      round: (...[as, tables]: Parameters<Crew["round"]>) => {
        setImmediate(abortAmidChanges);
        return begun.round(as, tables, kitchen);
      },
    };
    const options = { bots: 3, tables: 1_000_000, rounds: 1, fixes: [fix] };
    await assert.rejects(raceBots(options, { signal: controller.signal }, { crew }), (error) => error === reason);
    const made = Atomics.load(kitchen, counted);
    assert.ok(changes > 0 && made < 6_000_000, `${changes}, ${made}`);
    assert.ok(threadsHere() <= before); // less if a thread of an earlier test has ended late
  });
}

test("raceBots with awaitInside rejects with its signal's reason between two tables", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  setImmediate(() => controller.abort(reason));
  const racing = raceBots({ bots: 3, tables: 1_000_000, rounds: 1, awaitInside: true }, { signal: controller.signal });
  await assert.rejects(racing, (error) => error === reason);
});
