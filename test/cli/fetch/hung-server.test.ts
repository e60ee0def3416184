import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { FetchReport } from "../../../src/labs/fetch.js";
import { testAtOnce } from "../../support/at-once.js";
import { fetching } from "../../support/fetching.js";
import { temporaryFolder } from "../../support/files.js";
import { lab } from "../../support/lab.js";
import { startOrigin } from "../../support/origin.js";
import { startLab } from "../../support/running-lab.js";
import { unlessBusy } from "../../support/tries.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

test("lab fetch --rate measures until --max-time if the server is suspended", async (t) => {
  const serving = startLab(t, ["serve", "--port", "0", "--json"]);
  await serving.line(/listening/);
  const url = `${serving.objects[0]?.url}/`;
  t.after(() => serving.child.kill("SIGCONT"));
  await unlessBusy(t, async () => {
    serving.child.kill("SIGCONT");
    const args = [url, "--rate", "10/s", "--repeat", "1000000", "--max-time", "6s", "--ordered"];
    const fails = ["--fail-if", "p99>500ms", "--fail-if", "rps<5"];
    setTimeout(() => serving.child.kill("SIGSTOP"), 2300); // it takes half a second to start
    const { exitCode, summary, results } = await fetching([...args, ...fails]);
    assert.deepEqual([exitCode, (summary as { crossed?: string[] }).crossed], [1, ["p99>500ms", "rps<5"]]);
    assert.ok(Math.abs(summary.seconds - 6) <= 0.3, `${summary.seconds} s`);
    assert.ok((summary.latency.p99 ?? 0) >= 3000, `${summary.latency.p99} ms`);
    assert.ok(summary.waiting.longestMs >= 3000 && summary.latency.atLeast.includes("p99"));
    const due = results.length + summary.waiting.count + summary.notStarted;
    assert.ok(due >= 59 && due <= 61, `${due} were due`);
  });
});

test("lab fetch without --rate keeps its end at --max-time and makes no claim", async (t) => {
  const origin = await startOrigin(t, (_request, response, nth) => {
    if (nth <= 20) response.end();
  });
  const { summary } = await fetching([origin.url, "--repeat", "1000000", "-c", "4", "--max-time", "3s"]);
  assert.deepEqual([summary.total, summary.waiting.count, summary.findings], [20, 4, []]);
  assert.ok(Math.abs(summary.seconds - 3) < 0.1 && summary.requestsPerSecond < 7, `${summary.requestsPerSecond}`);
  assert.equal(origin.requests.length, summary.total + summary.waiting.count);
});

/** An origin that hangs after ten requests, and a fetch that is interrupted `ms` after that. */
async function interrupted(t: Parameters<typeof startOrigin>[0] & object, args: (url: string) => string[], ms: number) {
  const origin = await startOrigin(t, (_request, response, nth) => {
    if (nth <= 10) response.end();
    if (nth === 11) setTimeout(() => running.child.kill("SIGINT"), ms);
  });
  const running = startLab(t, ["fetch", "--json", ...args(origin.url)]);
  assert.equal(await running.ended, 130);
  const summary = running.objects.at(-1) as unknown as FetchReport;
  return { summary, requests: origin.requests.length, results: running.objects.length - 1 };
}

test("lab fetch counts what still waits at Ctrl-C, and what was due and never started", async (t) => {
  await unlessBusy(t, async () => {
    const args = ["--repeat", "1000000", "--rate", "100/s", "-c", "4"];
    const { summary, requests, results } = await interrupted(t, (url) => [url, ...args], 2000);
    assert.deepEqual([results, summary.waiting.count, requests], [10, 4, 14]);
    const due = results + summary.waiting.count + summary.notStarted;
    assert.ok(Math.abs(due - summary.seconds * 100) <= 2, `${due} were due in ${summary.seconds} s`);
    assert.equal(summary.latency.count, due);
    assert.ok(summary.waiting.longestMs >= 1990 && (summary.latency.p50 ?? 0) > 800, JSON.stringify(summary.latency));
    assert.ok(summary.requestsPerSecond < 6, `${summary.requestsPerSecond}`);
  });
});

test("lab fetch counts no lines at Ctrl-C that the list does not have", async (t) => {
  const list = temporaryFolder(t)("list");
  const args = (url: string) => {
    writeFileSync(list, `${url}\n`.repeat(100));
    return ["--file", list, "--rate", "1000/s", "-c", "4"];
  };
  const { summary, requests } = await interrupted(t, args, 1000);
  assert.deepEqual([summary.total, summary.waiting.count, summary.notStarted, requests], [10, 4, 86, 14]);
});

test("lab fetch has nothing waiting when its list simply ends", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const { summary } = await fetching([origin.url, "--repeat", "60", "--max-time", "1h"]);
  assert.deepEqual([summary.waiting, summary.notStarted, summary.latency.atLeast], [{ count: 0, longestMs: 0 }, 0, []]);
  assert.ok(summary.seconds < 60);
});

test("lab fetch --fail-if takes p99 of 60 requests for the slowest one", async (t) => {
  const origin = await startOrigin(
    t,
    (_request, response, nth) => void setTimeout(() => response.end(), nth === 30 ? 700 : 0),
  );
  const args = [origin.url, "--repeat", "60", "-c", "2", "--fail-if"];
  assert.equal((await fetching([...args, "p99>650ms"])).exitCode, 1);
  const { exitCode, summary } = await fetching([origin.url, "--repeat", "60", "--fail-if", "p95>650ms"]);
  assert.deepEqual([exitCode, typeof summary.latency.p95], [0, "number"]);
});

test("lab fetch --max-time binds the warm-up, which says that all of it failed", async (t) => {
  const origin = await startOrigin(t, () => {});
  const args = [origin.url, "--warmup", "200", "--max-time", "3s", "--timeout", "1m"];
  await unlessBusy(t, async () => {
    const { seconds, summary } = await fetching(args);
    assert.ok(seconds < 30, `${seconds} s`);
    assert.deepEqual(
      [summary.warmup, summary.requests, summary.notStarted],
      [{ requests: 64, failed: 64, errors: summary.warmup?.errors }, 0, 1],
    );
    const { stdout } = await lab(["fetch", ...args]);
    assert.match(stdout, /warm-up +all 64 failed: timeout × \d+\n/);
  });
});

test("lab fetch --rate binds the warm-up, also at its end by Ctrl-C", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const { seconds, summary } = await fetching([origin.url, "--warmup", "11", "--rate", "10/s"]);
  assert.ok(seconds >= 1, `${seconds} s`);
  assert.deepEqual([summary.warmup, summary.total], [{ requests: 11, failed: 0, errors: {} }, 1]);
  const endless = startLab(t, ["fetch", origin.url, "--warmup", "100", "--rate", "1/m"]);
  const before = origin.requests.length;
  await until("its first request", () => origin.requests.length > before);
  assert.equal(await endless.stop("SIGINT"), 130);
});
