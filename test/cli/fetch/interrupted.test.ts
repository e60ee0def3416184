import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { constants } from "node:fs";
import { type FileHandle, open, truncate, writeFile } from "node:fs/promises";
import type { TestContext } from "node:test";
import { execa } from "execa";
import { sleep } from "../../../src/concurrency/index.js";
import { testAtOnce } from "../../support/at-once.js";
import { temporaryFolder } from "../../support/files.js";
import { type Origin, startOrigin } from "../../support/origin.js";
import { type RunningLab, startLab } from "../../support/running-lab.js";
import { assertWithin, timed as timing } from "../../support/tries.js";

const test = testAtOnce(3);
const timed = timing(test);

test("lab fetch --sweep prints its measurements on Ctrl-C without a recommendation", async (t) => {
  const origin = await startOrigin(t, (_request, response, nth) => {
    response.end();
    if (nth === 100) sweeping.child.kill("SIGINT");
  });
  const sweeping = startLab(t, ["fetch", origin.url, "--sweep", "1,2", "--sweep-time", "1m"]);
  assert.equal(await sweeping.ended, 130);
  const shown = sweeping.stdout.join("\n");
  assert.match(
    shown,
    /\n +1 +- +[\d.]+ +[\d.]+ *\n +2 +- +- +- *\n\nInterrupted: the curve has the measurements so far$/,
  );
});

test("lab fetch prints an empty summary on Ctrl-C during the warm-up", async (t) => {
  const origin = await startOrigin(t, (_request, response, nth) => {
    response.end();
    if (nth === 100) warming.child.kill("SIGINT");
  });
  const warming = startLab(t, ["fetch", origin.url, "--warmup", "1000000"]);
  assert.equal(await warming.ended, 130);
  assert.match(warming.stdout[0] ?? "", /^0 URLs in 0\.0\d s: .* interrupted/);
  assert.doesNotMatch(warming.stdout.join("\n"), /busy/);
});

test("lab fetch --output waits for the reader of a pipe, but not after Ctrl-C", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const pipe = temporaryFolder(t)("pipe");
  await execa("mkfifo", [pipe]);
  const telling = 'data:text/javascript,process.on("newListener",(name)=>name==="SIGINT"&&console.error("listens"))';
  const waiting = startLab(t, ["fetch", origin.url, "-o", pipe], { nodeArgs: ["--import", telling] });
  await waiting.line(/listens/);
  setTimeout(() => waiting.child.kill("SIGINT"), 300); // nothing shows when it waits, but the signal must end it at any time
  assert.equal(await waiting.ended, 130);
  const reading = execa("cat", [pipe]);
  const written = startLab(t, ["fetch", origin.url, "--repeat", "500", "-o", pipe]);
  assert.equal(await written.ended, 0);
  assert.equal((await reading).stdout.split("\n").length, 500);
});

test("lab fetch --ordered prints finished results on Ctrl-C", async (t) => {
  let held = 0;
  const origin = await startOrigin(t, (request, response) => {
    if (!request.url?.startsWith("/hang")) response.end();
    else if (++held === 4) running.child.kill("SIGINT"); // each had a slot, so the others are done
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

/** A pipe, a reader of it that reads only when told, and a fetch of many lines into it. */
async function fetchIntoPipe(
  t: TestContext,
  count: number,
): Promise<[reader: FileHandle, fetch: RunningLab, origin: Origin]> {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const pipe = temporaryFolder(t)("pipe");
  await execa("mkfifo", [pipe]);
  const reader = await open(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => reader.close());
  return [reader, startLab(t, ["fetch", origin.url, "--repeat", `${count}`, "-o", pipe]), origin];
}

/** Resolves once a fetch sends no more requests, because its output is full. */
async function stalled({ requests }: Origin): Promise<void> {
  for (let before = -1; before < 1000 || requests.length > before; await sleep(300)) {
    before = requests.length;
    await sleep(300);
  }
}

async function readSome(reader: FileHandle): Promise<string> {
  const nothingYet = () => undefined;
  const { buffer, bytesRead } = (await reader.read(Buffer.alloc(65_536)).catch(nothingYet)) ?? {};
  return buffer ? buffer.toString("utf8", 0, bytesRead) : "";
}

async function readBeginning(reader: FileHandle): Promise<string> {
  for (;;) {
    const text = await readSome(reader);
    if (text !== "") return text;
    await sleep(5);
  }
}

timed("lab fetch --output ends in time on Ctrl-C with a stalled reader", async (t) => {
  const [reader, fetch, origin] = await fetchIntoPipe(t, 1_000_000);
  await readBeginning(reader);
  await stalled(origin);
  const start = performance.now();
  assert.equal(await fetch.stop("SIGINT"), 130);
  assertWithin(performance.now() - start, 3000);
  const [said = "", ...more] = fetch.stderr;
  const [, most] = /^Up to (\d+) results lost: the reader of \S+\/pipe had stalled$/.exec(said) ?? [];
  assert.deepEqual([more, Number(most) > 0 && Number(most) < 5000], [[], true], said);
  assert.match(fetch.stdout[0] ?? "", / failed, interrupted$/);
});

test("lab fetch prints one line on Ctrl-C about output lost to a stalled reader", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const fetch = startLab(t, ["fetch", "--json", origin.url, "--repeat", "1000000"]);
  fetch.child.stdout?.pause();
  await stalled(origin);
  fetch.child.kill("SIGINT");
  await fetch.line(/stalled/);
  fetch.child.stdout?.resume();
  assert.equal(await fetch.ended, 130);
  assert.deepEqual(fetch.stderr, ["The end of the output is lost: the reader of stdout had stalled"]);
});

test("lab fetch --output ends on Ctrl-C when only a stalled reader is left", async (t) => {
  const [reader, fetch] = await fetchIntoPipe(t, 800); // more than a pipe holds
  await readBeginning(reader);
  await sleep(1000);
  assert.equal(await fetch.stop("SIGINT"), 130);
});

test("lab fetch --output loses nothing in a pipe with a slow reader", async (t) => {
  const [reader, fetch] = await fetchIntoPipe(t, 3000);
  let taken = await readBeginning(reader);
  const isOver = fetch.ended.then(() => true);
  do {
    await sleep(20);
    taken += await readSome(reader);
  } while (!(await Promise.race([isOver, sleep(0)])));
  for (let more = await readSome(reader); more !== ""; more = await readSome(reader)) taken += more;
  assert.equal(await fetch.ended, 0);
  const indices = taken
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).index);
  assert.equal(new Set(indices).size, 3000);
});

test("lab fetch --output exits with 1 and one line when its reader goes away", async (t) => {
  const [reader, fetch] = await fetchIntoPipe(t, 1_000_000);
  await readBeginning(reader);
  await reader.close();
  assert.equal(await fetch.ended, 1);
  assert.equal(fetch.stderr.length, 1);
  assert.match(fetch.stderr[0] ?? "", /^lab: cannot write to \S+\/pipe: its reader has gone$/);
});

test("lab fetch ends on Ctrl-C while it counts its list for the progress", {
  timeout: 20_000,
}, async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end());
  const list = temporaryFolder(t)("list");
  await writeFile(list, `${origin.url}\n`);
  await truncate(list, 2 ** 40); // a hole that takes minutes to read
  const terminal = "data:text/javascript,process.stderr.isTTY=true";
  const fetch = startLab(t, ["fetch", "--json", "--file", list], {
    nodeArgs: ["--import", terminal],
    env: { TERM: "xterm" },
  });
  await fetch.line(/"ok":true/);
  assert.equal(await fetch.stop("SIGINT"), 130);
});
