import "../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { ProcessPool, ThreadPool } from "../../src/concurrency/index.js";
import { checksum, partsOf, sharedNumbers, total } from "../../src/labs/parallel/arithmetic.js";
import type { Calibration } from "../../src/labs/parallel/calibrate.js";
import { callsUrl, submitted } from "../../src/labs/parallel/warm-up.js";
import * as real from "../../src/labs/parallel/ways.js";
import { type ParallelReport, parallel } from "../../src/labs/parallel.js";
import { unlessBusy } from "../support/tries.js";

const { signal } = new AbortController();
const ways = {
  tasks: real.tasks,
  sequential: real.oneAfterAnother,
  threads: real.threads,
  processes: real.processes,
};
const claims = { tasks: /tasks on the event loop/, threads: /use 2 CPUs/, copy: /a copy/, same: /computes the same/ };

/** The marks of the four claims. */
function marksOf({ findings, undecided }: ParallelReport): Record<keyof typeof claims, string> {
  const mark = (pattern: RegExp) => {
    if (undecided.some(({ claim }) => pattern.test(claim))) return "?";
    const finding = findings.find(({ claim }) => pattern.test(claim));
    return finding ? (finding.holds ? "✔" : "✘") : "none";
  };
  return { tasks: mark(claims.tasks), threads: mark(claims.threads), copy: mark(claims.copy), same: mark(claims.same) };
}

/** A way without any work, as if it had taken `ms`. */
function pretended(ms: number, more: Partial<real.Work> = {}): real.WayToWork {
  const work = { workers: 2, startMs: 0, ms, cpuMs: ms, copiedBytes: 0, handOverMs: 0, checksum: 1 };
  return async () => ({ ...work, ...more });
}

const ideal = {
  tasks: pretended(700),
  sequential: pretended(700),
  threads: pretended(360, { cpuMs: 710 }),
  processes: pretended(380, { cpuMs: 740, copiedBytes: 4000 }),
};
const calm = async (): Promise<Calibration> => ({ pieceMs: 10, freeCpus: 2 });
const twoCpus = { available: 2, calibrate: calm };
const small = { cpus: 2, size: 1000 };

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
  const { rows } = await parallel({ cpus: 2, size: 1_000_000 }, { signal });
  const [, sequential, threads, processes] = rows.map(({ cpuMs }) => cpuMs);
  for (const cpuMs of [threads, processes]) assert.ok(Number(cpuMs) > Number(sequential) / 3, JSON.stringify(rows));
});

test("parallel's claims hold on CPUs that nobody else uses", async (t) => {
  await unlessBusy(t, async () => {
    const report = await parallel({ cpus: 2, size: 1_000_000 }, { signal }, { ...twoCpus, ways: undisturbedWays });
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
  const report = await parallel({ cpus: 2, size: 500_000 }, { signal }, { ...twoCpus, ways: mutated });
  assert.equal(marksOf(report).tasks, "✘", JSON.stringify(report));
});

test("parallel's threads fail the claim in a pool of one thread", async () => {
  const oneThread: real.WayToWork = async (numbers, job) => {
    const work = await undisturbed(real.threads)(numbers, { ...job, cpus: 1 });
    return { ...work, workers: 2 };
  };
  const mutated = { ...undisturbedWays, threads: oneThread };
  const report = await parallel({ cpus: 2, size: 500_000 }, { signal }, { ...twoCpus, ways: mutated });
  assert.equal(marksOf(report).threads, "✘", JSON.stringify(report));
  assert.equal(report.rounds, 3);
});

test("parallel's claim of no copy fails if threads get copies", async () => {
  const copying: real.WayToWork = (numbers, job) => real.threads(new Int32Array(numbers), job);
  const report = await parallel(small, { signal }, { ...twoCpus, ways: { ...ways, threads: copying } });
  assert.equal(marksOf(report).copy, "✘");
});

test("parallel's checksums differ if a way leaves out a number", async () => {
  for (const way of ["tasks", "sequential", "threads", "processes"] as const) {
    const short: real.WayToWork = (numbers, job) => ways[way](numbers.subarray(1), job);
    const report = await parallel(small, { signal }, { ...twoCpus, ways: { ...ways, [way]: short } });
    assert.equal(marksOf(report).same, "✘", way);
  }
});

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
    const timed = { ...ideal, tasks: pretended(tasksMs), threads: pretended(threadsMs) };
    const { tasks, threads } = marksOf(await parallel(small, { signal }, { ...twoCpus, ways: timed }));
    assert.equal(tasks + threads, expected);
  });
}

const slowThreads = { ...ideal, threads: pretended(600) };
for (const [name, expected, rounds, parts] of [
  ["other programs take CPUs", "??", 3, { calibrate: async () => ({ pieceMs: 10, freeCpus: 1.5 }) }],
  ["the machine changes its speed", "??", 3, { calibrate: changingSpeed() }],
  ["one thread of work lacks a CPU", "??", 3, { ways: { ...slowThreads, sequential: pretended(700, { cpuMs: 600 }) } }],
  ["the work is too short", "??", 1, { ways: { ...slowThreads, sequential: pretended(40) } }],
  ["there are fewer CPUs than asked for", "✔?", 1, { available: 1 }],
  ["not every thread started", "✔?", 1, { ways: { ...ideal, threads: pretended(600, { workers: 1 }) } }],
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
  const parts = { ...twoCpus, patienceMs: 0 };
  const failing = await parallel(small, { signal }, { ...parts, ways: slowThreads });
  assert.deepEqual([marksOf(failing).threads, failing.rounds], ["✘", 3]);
  const busy = async () => ({ pieceMs: 10, freeCpus: 1.5 });
  const undecided = await parallel(small, { signal }, { ...parts, ways: slowThreads, calibrate: busy });
  assert.deepEqual([marksOf(undecided).threads, undecided.rounds], ["?", 1]);
});

test("parallel forgets a failed claim once a later round shows it", async () => {
  let round = 0;
  const late: real.WayToWork = (numbers, job) => (++round < 3 ? slowThreads : ideal).threads(numbers, job);
  const report = await parallel(small, { signal }, { ...twoCpus, ways: { ...ideal, threads: late } });
  assert.deepEqual([marksOf(report).threads, report.rounds], ["✔", 3]);
});

for (const way of ["tasks", "sequential", "threads", "processes"] as const) {
  test(`parallel rejects with its signal's reason in the midst of its ${way}`, async () => {
    const controller = new AbortController();
    const reason = new Error("enough");
    let before: NodeJS.CpuUsage | undefined;
    const aborting: real.WayToWork = (numbers, job) => {
      before = process.cpuUsage();
      const work = ways[way](numbers, job);
      setImmediate(() => controller.abort(reason));
      return work;
    };
    const parts = { ...twoCpus, ways: { ...ideal, [way]: aborting } };
    const running = parallel({ cpus: 2, size: 20_000_000 }, { signal: controller.signal }, parts);
    await assert.rejects(running, (error) => error === reason);
    if (way === "tasks" || way === "sequential") {
      const { user } = process.cpuUsage(before);
      assert.ok(user < 300_000, `${user} µs of some 3 s`); // a slice takes 5 ms
    }
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });
}

test("partsOf cuts a range into parts of about the same length", () => {
  assert.deepEqual(partsOf({ from: 0, to: 10 }, 3), [
    { from: 0, to: 3 },
    { from: 3, to: 6 },
    { from: 6, to: 10 },
  ]);
  assert.deepEqual(partsOf({ from: 5, to: 7 }, 8), [
    { from: 5, to: 6 },
    { from: 6, to: 7 },
  ]);
});

test("submitted tells of a killed worker as an expected failure, and of a bug as it is", async () => {
  const killed = "export const kill = () => process.kill(process.pid, 'SIGKILL'); export const fail = () => oops";
  const pool = new ProcessPool<{ kill(): void; fail(): void }>(new URL(`data:text/javascript,${killed}`), {
    maxWorkers: 1,
  });
  await assert.rejects(submitted([() => pool.submit("kill", [])], signal), { name: "ExitError", code: 1 });
  await assert.rejects(submitted([() => pool.submit("fail", [])], signal), ReferenceError);
  await pool.shutdown();
});

test("the threads of parallel work on the very array of the main thread", async () => {
  const numbers = sharedNumbers(1000);
  const pool = new ThreadPool<typeof import("../../src/labs/parallel/worker-calls.js")>(callsUrl, { maxWorkers: 1 });
  const sum = async () => (await pool.submit("sumPart", [numbers, { from: 0, to: 1000 }])).sum;
  const before = await sum();
  numbers[500] = 7;
  assert.notEqual(await sum(), before);
  await pool.shutdown();
});
