import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { FetchResult } from "../../../src/labs/fetch.js";
import { parseLines } from "../../support/fetching.js";
import { temporaryFolder } from "../../support/files.js";
import { lab } from "../../support/lab.js";
import { labOnTerminal } from "../../support/on-terminal.js";
import { startOrigin } from "../../support/origin.js";
import { unlessBusy } from "../../support/tries.js";

/** Characters that are invisible, or that hide or reorder others, except line ends. */
const unseen = /(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test("lab fetch draws progress on a terminal unless the results go there", async (t) => {
  const origin = await startOrigin(t, (_request, response) => void response.end());
  const long = ["fetch", origin.url, "--rate", "40/s", "--repeat", "60"]; // 1.5 s, because the bar appears after one second
  const runs = [long, [...long, "--json"], [...long, "--output", "/dev/tty"]];
  const [bar, json, output] = await Promise.all(runs.map((args) => labOnTerminal(args)));
  if (!bar || !json || !output) return t.skip("no script(1) that makes a terminal");
  assert.match(bar.shown, /\r[█░]+ \d+\/60 /);
  assert.ok(bar.shown.includes("\u001b[K"));
  for (const { exitCode, shown } of [json, output]) {
    assert.equal(exitCode, 0, shown);
    assert.ok(!shown.includes("\u001b"), JSON.stringify(shown));
    const lines = shown.replaceAll("\r\n", "\n").split("\n");
    assert.equal(parseLines(lines.filter((line) => line.startsWith('{"index"')).join("\n")).length, 60);
  }
});

test("lab fetch draws each second how many requests wait, and for how long", async (t) => {
  const origin = await startOrigin(t, () => {});
  const urls = ["a", "b", "c"].map((path) => `${origin.url}/${path}`);
  for (const more of [[], ["--warmup", "3"]]) {
    await unlessBusy(t, async () => {
      const run = await labOnTerminal(["fetch", ...urls, "--timeout", "4s", "--max-time", "4s", ...more]);
      if (!run) return t.skip("no script(1) that makes a terminal");
      assert.match(run.shown, /\r░+ 0\/3 {2}3 waiting, up to [12] s {2}0\/s/);
      assert.ok(run.shown.split(" waiting, up to ").length > 2, run.shown);
    });
  }
});

test("lab fetch escapes control characters in results, messages and errors", async (t) => {
  const tricks = "\u202egnp.\u2066\u00ad\u009b31m\u200f\ufeff\u2028\u{e0041}";
  const origin = await startOrigin(t, (_request, response) => void response.socket?.end(`not HTTP: ${tricks}\r\n\r\n`));
  const out = temporaryFolder(t)("out");
  const url = `${origin.url}/${tricks}`;
  const { stdout, stderr } = await lab(["fetch", url, "--json"]);
  await lab(["fetch", url, "--output", out]);
  for (const text of [stdout, readFileSync(out, "utf8")]) {
    assert.doesNotMatch(text, unseen);
    const [result] = parseLines(text) as unknown as FetchResult[];
    assert.equal(result?.url, url, "the meaning is the same");
    assert.match(result?.error?.message ?? "", /got "not HTTP: /);
    assert.doesNotMatch(result?.error?.message ?? "", unseen);
  }
  assert.equal(stderr, "");
  const refused = await lab(["fetch", `x${tricks}:`, "--json", "--debug"]);
  assert.doesNotMatch(refused.stdout + refused.stderr, unseen);
  assert.match(refused.stderr, /UsageError/);
});
