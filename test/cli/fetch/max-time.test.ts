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

test("fetch from a stdin that never ends is over at --max-time", async (t) => {
  const origin = await startFineOrigin(t);
  const child = spawn(process.execPath, [bin, "fetch", "--json", "-f", "-", "--max-time", "1500ms"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.write(`${origin.url}/only\n`);
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  assert.equal(code, 0);
  assert.equal(parseLines(stdout).length, 2);
});

test("fetch takes no more lines of stdin after --max-time, though it was busy with a URL that was typed", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    setTimeout(() => response.end("in"), 800);
    response.on("finish", () => setTimeout(() => child.stdin.write(`${origin.url}/late\n`), 900));
  });
  const args = ["fetch", "--json", `${origin.url}/slow`, "-f", "-", "-c", "1", "--max-time", "1500ms"];
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {}); // it has ended
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const [result, summary, ...more] = parseLines(stdout);
  assert.deepEqual([code, result?.ok, summary?.total, summary?.endedByTime, more], [0, true, 1, true, []]);
});

test("fetch --repeat is over at --max-time, and says so", async (t) => {
  const origin = await startFineOrigin(t);
  const args = [`${origin.url}/a`, `${origin.url}/b`, "--repeat", "1000000000", "--max-time", "1500ms"];
  const { exitCode, results, summary, seconds } = await fetching(args);
  assert.ok(seconds < 20, `${seconds} s`);
  assert.ok(results.length > 1, `${results.length}`);
  assert.deepEqual([exitCode, summary.failed], [0, 0], "what was cut off at the end had been answered before");
  assert.equal(summary.endedByTime, true);
  assert.match((await lab(["fetch", ...args])).stdout, /failed, ended by --max-time(, \d+ more cut off)?\n/);
  assert.equal((await fetching([origin.url, "--max-time", "1h"])).summary.endedByTime, false);
});

test("fetch --max-time takes what it cuts off for no latency, nor for a failure once its line has had a result", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    const timer = setTimeout(() => response.end(), 800);
    response.on("close", () => clearTimeout(timer));
  });
  const { exitCode, summary } = await fetching([origin.url, "--repeat", "1000000", "-c", "4", "--max-time", "1500ms"]);
  assert.equal(exitCode, 0);
  assert.ok((summary.latency.min ?? 0) >= 790, `${summary.latency.min} ms`);
  assert.ok(summary.unfinished > 0 && summary.unfinished <= 4, `${summary.unfinished}`);
  const once = await fetching([...Array(8).fill(origin.url), "-c", "4", "--max-time", "1500ms"]);
  assert.deepEqual([once.exitCode, once.results.length, once.summary.errors], [1, 8, { timeout: 4 }]);
  assert.deepEqual(
    inOrder(once.results).map(({ cutOff }) => cutOff ?? false),
    Array(8).fill(false).fill(true, 4),
  );
  assert.equal(once.summary.latency.count, 4);
});
