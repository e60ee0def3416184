import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { execa } from "execa";
import { temporaryFolder } from "../support/files.js";
import { startOrigin } from "../support/origin.js";
import { startLab } from "../support/running-lab.js";

test("Ctrl-C in a sweep shows what was measured by then, and recommends nothing for want of it", async (t) => {
  const origin = await startOrigin(t, (_request, response, nth) => {
    response.end();
    if (nth === 100) sweeping.child.kill("SIGINT");
  });
  const sweeping = startLab(t, ["fetch", origin.url, "--sweep", "1,2", "--sweep-time", "1m"]);
  assert.equal(await sweeping.ended, 130);
  const shown = sweeping.stdout.join("\n");
  assert.match(shown, /\n +1 +- +[\d.]+ +[\d.]+ *\n +2 +- +- +- *\n\nInterrupted: this is what was measured by then$/);
});

test("Ctrl-C in the warm-up is a summary of nothing, which says nothing of this process", async (t) => {
  const origin = await startOrigin(t, (_request, response, nth) => {
    response.end();
    if (nth === 100) warming.child.kill("SIGINT");
  });
  const warming = startLab(t, ["fetch", origin.url, "--warmup", "1000000"]);
  assert.equal(await warming.ended, 130);
  assert.match(warming.stdout[0] ?? "", /^0 URLs in 0\.00 s: .* interrupted/);
  assert.doesNotMatch(warming.stdout.join("\n"), /busy/);
});

test("Ctrl-C ends a fetch whose --output is a pipe nobody reads; once it is read, it gets every line", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const pipe = temporaryFolder(t)("pipe");
  await execa("mkfifo", [pipe]);
  const waiting = startLab(t, ["fetch", origin.url, "-o", pipe]);
  setTimeout(() => waiting.child.kill("SIGINT"), 700); // no gate says that it waits: whenever it comes, it has to end it
  assert.equal(await waiting.ended, 130);
  const reading = execa("cat", [pipe]);
  const written = startLab(t, ["fetch", origin.url, "--repeat", "500", "-o", pipe]);
  assert.equal(await written.ended, 0);
  assert.equal((await reading).stdout.split("\n").length, 500);
});

test("Ctrl-C loses no result with --ordered that is done and waits for one before it", async (t) => {
  let held = 0;
  const origin = await startOrigin(t, (request, response) => {
    if (!request.url?.startsWith("/hang")) response.end();
    else if (++held === 4) running.child.kill("SIGINT"); // there was a place for each of them: the others are done
  });
  const fine = Array.from({ length: 50 }, (_, i) => `${origin.url}/${i}`);
  const urls = [`${origin.url}/hang`, ...fine, ...Array(3).fill(`${origin.url}/hang`)];
  const running = startLab(t, ["fetch", "--json", "--ordered", "-c", "4", ...urls]);
  assert.equal(await running.ended, 130);
  const [summary] = running.objects.slice(-1);
  assert.deepEqual(
    running.objects.slice(0, -1).map(({ index }) => index),
    fine.map((_, i) => i + 1),
  );
  assert.deepEqual([summary?.total, summary?.ok, summary?.unfinished], [50, 50, 4]);
});
