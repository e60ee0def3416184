import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Calibration } from "../../../src/labs/parallel/calibrate.js";
import { leastSpeedUp } from "../../../src/labs/parallel/verdict.js";
import type { WayToWork } from "../../../src/labs/parallel/ways.js";
import { parallel } from "../../../src/labs/parallel.js";
import {
  busy,
  calm,
  ideal,
  marksOf,
  pretended,
  pretendedThreads,
  slowThreads,
  small,
  twoCpus,
} from "../../support/parallel.js";

const { signal } = new AbortController();

test("parallel decides in one round if the first shows all claims", async () => {
  const report = await parallel(small, { signal }, { ...twoCpus, ways: ideal });
  assert.deepEqual(marksOf(report), { tasks: "✔", threads: "✔", copy: "✔", same: "✔" });
  assert.equal(report.rounds, 1);
  assert.deepEqual(
    report.rows.map(({ way, speedUp }) => [way, speedUp.toFixed(2)]),
    [
      ["tasks", "1.00"],
      ["sequential", "1.00"],
      ["threads", "1.94"],
      ["processes", "1.84"],
    ],
  );
});

for (const [tasksMs, threadsMs, expected] of [
  [640, 437, "✔✔"],
  [620, 360, "✘✔"],
  [780, 360, "✘✔"],
  [700, 440, "✔✘"],
] as const) {
  test(`parallel marks tasks of ${tasksMs} ms and threads of ${threadsMs} ms beside 700 ms as ${expected}`, async () => {
    const timed = { ...ideal, tasks: pretended(tasksMs), threads: pretendedThreads(threadsMs) };
    const { tasks, threads } = marksOf(await parallel(small, { signal }, { ...twoCpus, ways: timed }));
    assert.equal(tasks + threads, expected);
  });
}

test("parallel's threads fail the claim if they are quick, but not on all CPUs", async () => {
  const four = { available: 4, calibrate: async () => ({ pieceMs: 10, freeCpus: 4 }) };
  for (const [cpuMs, expected] of [
    [700, "✘"],
    [1100, "✘"],
    [1200, "✔"],
  ] as const) {
    const threads = pretended(350, { cpuMs, workers: 4 });
    const report = await parallel({ ...small, cpus: 4 }, { signal }, { ...four, ways: { ...ideal, threads } });
    assert.equal(marksOf(report).threads, expected, JSON.stringify(report.findings));
  }
});

test("leastSpeedUp allows for CPUs that are halves of a core", () => {
  assert.deepEqual([2, 3, 4, 8].map(leastSpeedUp), [1.6, 1.6, 2, 4]);
});

for (const [name, expected, rounds, parts] of [
  ["other programs take CPUs", "??", 3, { calibrate: busy }],
  ["the machine changes its speed", "??", 3, { calibrate: changingSpeed() }],
  ["one thread of work lacks a CPU", "??", 3, { ways: { ...slowThreads, sequential: pretended(700, { cpuMs: 600 }) } }],
  ["the work is too short", "??", 1, { ways: { ...slowThreads, sequential: pretended(40) } }],
  ["there are fewer CPUs than asked for", "✔?", 1, { available: 1 }],
  ["not every thread started", "✔?", 1, { ways: { ...ideal, threads: pretendedThreads(600, { workers: 1 }) } }],
] as const) {
  test(`parallel leaves claims undecided if ${name}`, async () => {
    const report = await parallel(small, { signal }, { ...twoCpus, ways: slowThreads, ...parts });
    const { tasks, threads } = marksOf(report);
    assert.deepEqual([tasks + threads, report.rounds], [expected, rounds], JSON.stringify(report));
  });
}

function changingSpeed(): () => Promise<Calibration> {
  let pieceMs = 10;
  return async () => {
    pieceMs *= 1.1;
    return { pieceMs, freeCpus: 2 };
  };
}

test("parallel leaves threads undecided on one CPU", async () => {
  const report = await parallel({ ...small, cpus: 1 }, { signal }, { ...twoCpus, available: 1, ways: ideal });
  assert.equal(report.rounds, 1);
  assert.deepEqual(
    report.undecided.map(({ claim }) => claim),
    ["Threads that share the array use several CPUs at a time"],
  );
});

test("parallel measures a failed claim again at any time, a busy machine only for a while", async () => {
  const parts = { ...twoCpus, lastStartMs: 0 };
  const failing = await parallel(small, { signal }, { ...parts, ways: slowThreads });
  assert.deepEqual([marksOf(failing).threads, failing.rounds], ["✘", 3]);
  const undecided = await parallel(small, { signal }, { ...parts, ways: slowThreads, calibrate: busy });
  assert.deepEqual([marksOf(undecided).threads, undecided.rounds], ["?", 1]);
});

/** A different way, or calibration, in each round. */
function inTurn<Args extends unknown[], Result>(...each: ((...args: Args) => Result)[]): (...args: Args) => Result {
  let round = 0;
  return (...args) => (each[round++ % each.length] as (...args: Args) => Result)(...args);
}

const threadsInTurn = (...ms: number[]): WayToWork => inTurn(...ms.map((each) => pretendedThreads(each)));

for (const [name, expected, threadsMs, shownMs] of [
  ["two of three rounds show a claim", "✔", [600, 370, 360], 370],
  ["one of three rounds shows a claim", "✘", [600, 360, 610], 600],
] as const) {
  test(`parallel judges and shows the median round if ${name}`, async () => {
    const mutated = { ...ideal, threads: threadsInTurn(...threadsMs) };
    const report = await parallel(small, { signal }, { ...twoCpus, ways: mutated });
    assert.deepEqual([marksOf(report).threads, report.rounds], [expected, 3]);
    const [, , threads] = report.rows;
    assert.deepEqual([threads?.ms, threads?.speedUp], [shownMs, 700 / shownMs]);
    const { measured = "" } = report.findings.find(({ claim }) => claim.startsWith("Threads that")) ?? {};
    assert.ok(measured.startsWith(`${(700 / shownMs).toFixed(2)} times as fast`), measured);
  });
}

for (const [name, expected, rounds, calibrations] of [
  ["judges only the calm rounds", "✔", 2, [busy, calm]],
  ["fails no claim if a round was busy", "?", 3, [calm, calm, busy]],
] as const) {
  test(`parallel ${name}`, async () => {
    const threads = expected === "✔" ? threadsInTurn(900, 360) : pretendedThreads(600);
    const calibrate = inTurn(...calibrations.flatMap((each) => [each, each, each])); // three times a round
    const report = await parallel(small, { signal }, { available: 2, calibrate, ways: { ...ideal, threads } });
    assert.deepEqual([marksOf(report).threads, report.rounds], [expected, rounds], JSON.stringify(report));
  });
}
