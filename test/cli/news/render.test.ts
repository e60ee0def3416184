import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { noChromium } from "../../support/browser.js";
import { temporaryFolder } from "../../support/files.js";
import { installedCopy } from "../../support/installed.js";
import { lab } from "../../support/lab.js";
import { startRendering, startRestless, untilGone } from "../../support/news/browser-tree.js";
import { disturbed, scripted } from "../../support/news/rough-pages.js";
import { servePages } from "../../support/news/serve-pages.js";
import { rss } from "../../support/news/test-page.js";

const skip = noChromium;
const test = testAtOnce(2); // mostly they wait

test("lab news --render chromium shows the headlines of Live, which plain fetching misses", { skip }, async () => {
  const { exitCode, stdout } = await lab(["news", "--render", "chromium", "--json"]);
  const { sites, findings } = JSON.parse(stdout);
  assert.equal(exitCode, 0);
  const shown = sites.map((site: { title: string; headlines: unknown[]; rendered: boolean; missed?: number }) =>
    [site.title, site.headlines.length, site.rendered, site.missed].join(" "),
  );
  assert.deepEqual(shown, [
    "The Daily 8 false ",
    "The Courier 7 false ",
    "The Wire 5 false ",
    "Live 6 true 6",
    "The Slow 4 false ",
  ]);
  assert.match(findings[0].claim, /^Scripts write headlines that plain fetching misses$/);
  assert.match(findings[0].measured, /^6 of 30 headlines, on 1 of 5 sites$/);
});

test("lab news --render chromium renders pages with scripts only, and says so", { skip }, async (t) => {
  const typed = { expected: [], type: "text/html" };
  await using served = await servePages([
    { ...typed, name: "script", body: scripted("show('Written')") },
    { ...typed, name: "plain", body: `<h2><a href="/1">Plain</a></h2>` },
    { ...typed, name: "feed", body: rss("<item><title>&lt;script>x&lt;/script></title><link>/2</link></item>") },
    { ...typed, name: "missing", body: (_, response) => response.writeHead(404).end("<script></script>") },
  ]);
  const out = temporaryFolder(t)("news.html");
  const sites = served.urls.map(String);
  const { exitCode, stdout, stderr } = await lab(["news", "--render", "chromium", "--site", ...sites]);
  assert.equal(exitCode, 1);
  assert.match(
    stdout,
    /^Test 1 headline, \d+ ms, rendered; plain fetching missed 1\n {2}Written\n127\S+ 1 headline, \d+ ms\n/,
  );
  assert.match(stdout, /✘ \S+: status: HTTP 404 Not Found\n/);
  if (process.getuid?.() === 0) assert.equal(stderr, "Chromium runs without its sandbox: root cannot have it\n");
  const quiet = await lab(["news", "--render", "chromium", "--out", out, "--site", ...sites.slice(0, 2)]);
  assert.equal(quiet.exitCode, 0);
  assert.match(readFileSync(out, "utf8"), />Written<\/a>[\s\S]*>Plain<\/a>/);
});

test("lab news refuses an unknown --render in one line", async () => {
  const { exitCode, stdout, stderr } = await lab(["news", "--render", "firefox"]);
  assert.deepEqual([exitCode, stdout], [2, ""]);
  assert.equal(stderr, `lab: --render must be one of none, chromium, got "firefox"\n`);
});

test("lab news --render says in one line what to install, and asks nobody", async (t) => {
  await using served = await servePages([{ name: "page", body: () => assert.fail("asked"), expected: [] }]);
  const args = ["news", "--render", "chromium", "--site", String(served.urls[0])];
  const named = await lab(args, { LAB_CHROMIUM: "/nonexistent" });
  assert.deepEqual([named.exitCode, named.stderr], [3, "lab: LAB_CHROMIUM names no program: /nonexistent\n"]);
  const program = installedCopy(t, { missing: ["playwright-core"] })("bin/lab.js");
  const { exitCode, stderr } = await execa(process.execPath, [program, ...args], {
    reject: false,
    stripFinalNewline: false,
  });
  assert.deepEqual(
    [exitCode, stderr],
    [3, "lab: --render chromium needs playwright-core: npm install playwright-core\n"],
  );
});

test("lab news --render explains a browser that does not start", async () => {
  const { exitCode, stderr } = await lab(["news", "--render", "chromium"], { LAB_CHROMIUM: process.execPath });
  assert.equal(exitCode, 1);
  assert.match(stderr, /^lab: \S+ does not start: [^\n]+\n$/);
});

for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGKILL", "SIGKILL"],
] as const) {
  test(`lab news --render leaves no process of the browser after ${signal}`, { skip }, async (t) => {
    const { running, group, size } = await startRendering(t, await startRestless(t));
    assert.ok(size > 2, `${size} processes`);
    assert.equal(await running.stop(signal), code);
    await untilGone(group);
  });
}

test("lab news --render ends at once at the second Ctrl-C, with its browser", { skip }, async (t) => {
  const { running, group } = await startRendering(t, await startRestless(t));
  process.kill(group, "SIGSTOP"); // it cannot close politely
  running.child.kill("SIGINT");
  assert.equal(await running.stop("SIGINT"), 130);
  await untilGone(group);
});

test("lab news --render ends a browser that does not react within 2 s", { skip }, async (t) => {
  const { running, group } = await startRendering(t, await startRestless(t));
  process.kill(group, "SIGSTOP");
  assert.equal(await running.stop("SIGTERM"), 143);
  await untilGone(group);
});

test("lab news --render says which page hangs, and shows the others", { skip }, async (t) => {
  const restless = await startRestless(t);
  await using served = await servePages([{ name: "page", body: disturbed(""), expected: [] }]);
  const sites = [`${restless.url}/`, String(served.urls[0])];
  const { exitCode, stdout } = await lab(["news", "--render", "chromium", "--json", "--site", ...sites]);
  const [hanging, fine] = JSON.parse(stdout).sites;
  assert.equal(exitCode, 1);
  assert.equal(hanging.error.class, "timeout");
  assert.deepEqual(fine.headlines.length, 1);
});
