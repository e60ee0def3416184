import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sample, Stop } from "../../../src/labs/cost/standing.js";
import { stopReason } from "../../../src/labs/cost/stop-reason.js";
import type { SystemLimit } from "../../../src/labs/cost/system-limits.js";
import type { Usage } from "../../../src/labs/cost/usage.js";

const atStart: Usage = { files: 20, addressSpace: 1_000_000, maps: 300, threads: 11, userThreads: 22 };

const limits: SystemLimit[] = [
  { name: "ulimit -n", value: 1000, of: "files" },
  { name: "ulimit -v", value: 10_000_000, of: "addressSpace" },
  { name: "ulimit -u", value: 500, of: "userThreads" },
  { name: "vm.max_map_count", value: 65_530, of: "maps" },
  { name: "ip_local_port_range", value: 28_232, of: undefined },
];

/** Samples of a ramp, each one with `each` more of every resource. */
function samplesOf(counts: readonly number[], each: Partial<Usage>): Sample[] {
  return counts.map((count) => {
    const usage = { ...atStart };
    for (const [name, more] of Object.entries(each)) usage[name as keyof Usage] += count * more;
    return { count, bytes: 0, ms: 0, allBytes: 0, usage };
  });
}

/** The reason of a ramp's end by an error, signal or exit code; "stall" is a step that took too long. */
function reasonOf(cause: string, samples: readonly Sample[], target: number, { guess = {}, of = limits } = {}) {
  const stop: Stop = cause === "stall" ? { by: "stall" } : { by: "system", cause };
  return stopReason(
    { samples: [...samples], target, stop },
    { budgetMs: 3000, guess },
    { ceiling: 2 ** 30, limits: of, atStart },
  );
}

test("stopReason names the limit of an error that only one causes", () => {
  const samples = samplesOf([0, 10, 15], { userThreads: 20 });
  assert.equal(reasonOf("EMFILE", samples, 25), "ulimit -n (1000)");
  assert.equal(reasonOf("EADDRNOTAVAIL", samples, 25), "ip_local_port_range (28232)");
});

test("stopReason names the limit that the failed step comes nearest to", () => {
  const addressSpace = samplesOf([0, 8, 12], { addressSpace: 550_000, maps: 33 });
  assert.equal(reasonOf("SIGTRAP", addressSpace, 18), "ulimit -v (10000000)");
  const maps = samplesOf([0, 800, 1200], { maps: 40, addressSpace: 1 });
  assert.equal(reasonOf("ERR_WORKER_INIT_FAILED", maps, 1800), "vm.max_map_count (65530)");
});

test("stopReason goes by the guess while only the empty process is known", () => {
  assert.equal(reasonOf("SIGABRT", samplesOf([0], {}), 600, { guess: { userThreads: 1 } }), "ulimit -u (500)");
});

test("stopReason goes by a Node at its start if no sample came", () => {
  const of: SystemLimit[] = [{ name: "ulimit -u", value: 25, of: "userThreads" }, ...limits.slice(0, 2)];
  assert.equal(reasonOf("EAGAIN", [], 0, { of }), "ulimit -u (25)");
});

test("stopReason is the cause itself where no limit is near", () => {
  const samples = samplesOf([0, 1, 2], { userThreads: 1 });
  assert.equal(reasonOf("SIGSEGV", samples, 3), "SIGSEGV");
  assert.equal(reasonOf("SIGKILL", samples, 3), "SIGKILL, perhaps for want of memory");
});

test("stopReason blames a stalled step on a limit only where it is reached", () => {
  assert.equal(reasonOf("stall", samplesOf([0, 20, 30], { userThreads: 11 }), 45), "ulimit -u (500)");
  assert.equal(reasonOf("stall", samplesOf([0, 20, 24], { userThreads: 11 }), 36), "time (3 s)");
});

test("stopReason counts the threads of others against pids.max", () => {
  const samples = samplesOf([0, 8, 12], { threads: 4 });
  const pids = (taken: number): SystemLimit[] => [{ name: "pids.max", value: 1000, of: "threads", taken }];
  assert.equal(reasonOf("EAGAIN", samples, 18, { of: pids(900) }), "pids.max (1000)");
  assert.equal(reasonOf("EAGAIN", samples, 18, { of: pids(0) }), "EAGAIN");
});

test("stopReason calls a task that gave no answer by its time, since it has no budget", () => {
  const ramp = { samples: [], target: 0, stop: { by: "stall" } as const };
  const spec = { budgetMs: Number.POSITIVE_INFINITY, guess: {} };
  assert.equal(stopReason(ramp, spec, { ceiling: 2 ** 30, limits: [], atStart }), "no answer in time");
});
