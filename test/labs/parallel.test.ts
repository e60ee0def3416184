import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checksum, sharedNumbers, total } from "../../src/labs/parallel/arithmetic.js";
import * as real from "../../src/labs/parallel/ways.js";
import { parallel } from "../../src/labs/parallel.js";
import { temporaryFolder } from "../support/files.js";
import { ideal, marksOf, small, twoCpus, ways } from "../support/parallel.js";
import { threadsHere } from "../support/threads.js";
import { unlessBusy } from "../support/tries.js";
import { until } from "../support/until.js";

const { signal } = new AbortController();

/** The way as on CPUs that nobody else uses: its time is the CPU time of one of its threads. */
const undisturbed =
  (way: real.WayToWork, threads = 1): real.WayToWork =>
  async (numbers, job) => {
    const work = await way(numbers, job);
    return { ...work, ms: work.cpuMs / threads };
  };
const undisturbedWays = {
  tasks: undisturbed(real.tasks),
  sequential: undisturbed(real.oneAfterAnother),
  threads: undisturbed(real.threads, 2),
  processes: undisturbed(real.processes, 2),
};

test("parallel computes the same in tasks, in threads and in processes", async () => {
  const size = 100_000;
  const report = await parallel({ cpus: 3, size }, { signal });
  const expected = total([checksum(sharedNumbers(size), { from: 0, to: size })]);
  assert.deepEqual(
    report.rows.map((row) => [row.way, row.checksum]),
    [
      ["tasks", expected],
      ["sequential", expected],
      ["threads", expected],
      ["processes", expected],
    ],
  );
  const [, sequential, threads, processes] = report.rows;
  assert.deepEqual([sequential?.workers, threads?.workers, processes?.workers], [1, 3, 3]);
  assert.deepEqual([threads?.copiedBytes, processes?.copiedBytes], [0, 4 * size]);
  assert.match(processes?.refusal ?? "", /could not be cloned/);
  assert.equal(threads?.refusal, undefined);
  assert.deepEqual([marksOf(report).copy, marksOf(report).same], ["✔", "✔"]);
});

test("parallel never takes a busy machine for a failed claim", async (t) => {
  await unlessBusy(t, async () => {
    const report = await parallel({ cpus: 2, size: 2_000_000 }, { signal });
    const { tasks, threads, copy, same } = marksOf(report);
    assert.ok(tasks !== "✘" && threads !== "✘", JSON.stringify(report));
    assert.deepEqual([copy, same], ["✔", "✔"]);
  });
});

test("parallel counts the CPU time of children", async () => {
  const { rows } = await parallel({ cpus: 2, size: 2_000_000 }, { signal });
  const [, sequential, threads, processes] = rows.map(({ cpuMs }) => cpuMs);
  for (const cpuMs of [threads, processes]) assert.ok(Number(cpuMs) > Number(sequential) / 3, JSON.stringify(rows));
});

test("parallel's claims hold on CPUs that nobody else uses", async (t) => {
  await unlessBusy(t, async () => {
    const report = await parallel({ cpus: 2, size: 2_000_000 }, { signal }, { ...twoCpus, ways: undisturbedWays });
    assert.deepEqual(marksOf(report), { tasks: "✔", threads: "✔", copy: "✔", same: "✔" }, JSON.stringify(report));
  });
});

test("parallel's tasks fail the claim if each does its work twice", async () => {
  const twice: real.WayToWork = async (numbers, job) => {
    const first = await undisturbedWays.tasks(numbers, job);
    const { ms, cpuMs } = await undisturbedWays.tasks(numbers, job);
    return { ...first, ms: first.ms + ms, cpuMs: first.cpuMs + cpuMs };
  };
  const mutated = { ...undisturbedWays, tasks: twice };
  const report = await parallel({ cpus: 2, size: 2_000_000 }, { signal }, { ...twoCpus, ways: mutated });
  assert.equal(marksOf(report).tasks, "✘", JSON.stringify(report));
});

test("parallel's threads fail the claim in a pool of one thread", async () => {
  const oneThread: real.WayToWork = async (numbers, job) => {
    const work = await undisturbed(real.threads)(numbers, { ...job, cpus: 1 });
    return { ...work, workers: 2 };
  };
  const mutated = { ...undisturbedWays, threads: oneThread };
  const report = await parallel({ cpus: 2, size: 2_000_000 }, { signal }, { ...twoCpus, ways: mutated });
  assert.equal(marksOf(report).threads, "✘", JSON.stringify(report));
  assert.equal(report.rounds, 3);
});

const asThreads: real.WayToWork = (numbers, job) => real.threads(numbers, job);
const inCopies: real.WayToWork = (numbers, job) => real.threads(new Int32Array(numbers), job);
const unmarked = new URL(
  `data:text/javascript,export { warmUp, sumPart } from ${JSON.stringify(new URL("../../src/labs/parallel/worker-calls.js", import.meta.url))}; export function writeMark() {}`,
);

for (const [name, mutated] of [
  ["threads get copies", { threads: inCopies }],
  ["threads leave no mark", { threads: (numbers, job) => real.threads(numbers, { ...job, module: unmarked }) }],
  ["processes share the array", { processes: asThreads }],
  ["processes are not refused it", { processes: inCopies }],
] as [string, Partial<typeof ways>][]) {
  test(`parallel's claim of no copy fails if ${name}`, async () => {
    const report = await parallel(small, { signal }, { ...twoCpus, ways: { ...ways, ...mutated } });
    assert.equal(marksOf(report).copy, "✘", JSON.stringify(report));
  });
}

test("parallel's checksums differ if a way leaves out a number", async () => {
  for (const way of ["tasks", "sequential", "threads", "processes"] as const) {
    const short: real.WayToWork = (numbers, job) => ways[way](numbers.subarray(1), job);
    const report = await parallel(small, { signal }, { ...twoCpus, ways: { ...ways, [way]: short } });
    assert.equal(marksOf(report).same, "✘", way);
  }
});

for (const way of ["tasks", "sequential"] as const) {
  test(`parallel rejects with its signal's reason in the midst of its ${way}`, async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let before: NodeJS.CpuUsage | undefined;
    const aborting: real.WayToWork = (numbers, job) => {
      before = process.cpuUsage();
      const work = ways[way](numbers, job);
      setImmediate(() => controller.abort(reason)); // the first slice is done
      return work;
    };
    const parts = { ...twoCpus, ways: { ...ideal, [way]: aborting } };
    const running = parallel({ cpus: 2, size: 20_000_000 }, { signal: controller.signal }, parts);
    await assert.rejects(running, (error) => error === reason);
    const { user } = process.cpuUsage(before);
    assert.ok(user < 300_000, `${user} µs of some 3 s`); // a slice takes 5 ms
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });
}

for (const way of ["threads", "processes"] as const) {
  test(`parallel rejects with its signal's reason while its ${way} compute, and ends them`, async (t) => {
    const begun = temporaryFolder(t)("begun");
    const before = threadsHere();
    const controller = new AbortController();
    const reason = new Error("enough");
    const module = new URL("../support/workers/endless-sum.js", import.meta.url);
    module.searchParams.set("begun", begun);
    const endless: real.WayToWork = (numbers, job) => ways[way](numbers, { ...job, module });
    const parts = { ...twoCpus, ways: { ...ideal, [way]: endless } };
    const running = parallel(small, { signal: controller.signal }, parts);
    const rejected = assert.rejects(running, (error) => error === reason);
    await until("two sums that have begun", () => linesOf(begun) === 2);
    controller.abort(reason);
    await rejected;
    assert.ok(threadsHere() <= before); // less if a thread of an earlier test has ended late
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });
}

function linesOf(file: string): number {
  try {
    return readFileSync(file, "utf8").split("\n").length - 1;
  } catch {
    return 0;
  }
}
