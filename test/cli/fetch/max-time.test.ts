import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { testAtOnce } from "../../support/at-once.js";
import { fetching, inOrder, parseLines } from "../../support/fetching.js";
import { bin, lab } from "../../support/lab.js";
import { startFineOrigin, startOrigin } from "../../support/origin.js";

const test = testAtOnce(3);

test("lab fetch --max-time ends a stdin that never ends", async (t) => {
  const origin = await startFineOrigin(t);
  const child = spawn(process.execPath, [bin, "fetch", "--json", "-f", "-", "--max-time", "1500ms"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(`${origin.url}/only\n`);
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.equal(code, 0);
  assert.equal(parseLines(stdout).length, 2);
});

test("lab fetch --max-time takes no later line of stdin after a slow URL", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    setTimeout(() => response.end("in"), 800);
    response.on("finish", () => setTimeout(() => child.stdin.write(`${origin.url}/late\n`), 900));
  });
  const args = ["fetch", "--json", `${origin.url}/slow`, "-f", "-", "-c", "1", "--max-time", "1500ms"];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {}); // it may have ended
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const [result, summary, ...more] = parseLines(stdout);
  assert.deepEqual([code, result?.ok, summary?.total, summary?.endedByTime, more], [0, true, 1, true, []]);
});

test("lab fetch --max-time ends --repeat and says so", async (t) => {
  const origin = await startFineOrigin(t);
  const args = [`${origin.url}/a`, `${origin.url}/b`, "--repeat", "1000000000", "--max-time", "1500ms"];
  const { exitCode, results, summary, seconds } = await fetching(args);
  assert.ok(seconds < 20, `${seconds} s`);
  assert.ok(results.length > 1, `${results.length}`);
  assert.deepEqual([exitCode, summary.failed], [0, 0], "all URLs cut off at the end had an answer before");
  assert.equal(summary.endedByTime, true);
  assert.match((await lab(["fetch", ...args])).stdout, /failed, ended by --max-time\n/);
  assert.equal((await fetching([origin.url, "--max-time", "1h"])).summary.endedByTime, false);
});

test("lab fetch --max-time counts cut-off requests as waiting and no repeated failure", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    const timer = setTimeout(() => response.end(), 800);
    response.on("close", () => clearTimeout(timer));
  });
  const { exitCode, summary } = await fetching([origin.url, "--repeat", "1000000", "-c", "4", "--max-time", "1500ms"]);
  assert.equal(exitCode, 0);
  assert.deepEqual(
    [summary.waiting.count, summary.latency.count],
    [summary.unfinished, summary.total + summary.unfinished],
  );
  assert.ok(summary.waiting.longestMs <= 1500 && (summary.latency.max ?? 0) >= 790, `${summary.latency.max}`);
  assert.ok(summary.unfinished > 0 && summary.unfinished <= 4, `${summary.unfinished}`);
  const once = await fetching([...Array(8).fill(origin.url), "-c", "4", "--max-time", "1500ms"]);
  assert.deepEqual([once.exitCode, once.results.length, once.summary.errors], [1, 8, { timeout: 4 }]);
  assert.deepEqual(
    inOrder(once.results).map(({ cutOff }) => cutOff ?? false),
    Array(8).fill(false).fill(true, 4),
  );
  assert.deepEqual([once.summary.latency.count, once.summary.waiting.count], [8, 4]);
});
