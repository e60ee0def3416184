import "../../support/hygiene.js";
import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { testAtOnce } from "../../support/at-once.js";
import { startEvilOrigin } from "../../support/evil-origin.js";
import { temporaryFolder } from "../../support/files.js";
import { lab } from "../../support/lab.js";
import { servePages } from "../../support/news/serve-pages.js";
import { html, rss, type TestPage } from "../../support/news/test-page.js";
import { startLab } from "../../support/running-lab.js";
import { assertWithin, timed } from "../../support/tries.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

const page: TestPage = { name: "page", body: html(`<h2><a href="/1">One &amp; only</a></h2>`), expected: [] };
const feed: TestPage = { name: "feed", body: rss("<item><title>Item</title><link>/2</link></item>"), expected: [] };

timed(test)("lab news asks five sites of a second each at once", async () => {
  const slow: TestPage = { ...page, body: (_, response) => setTimeout(() => response.end("<h1>Slow</h1>"), 1000) };
  await using served = await servePages(Array(5).fill(slow));
  const { exitCode, stdout } = await lab(["news", "--json", "--compare", "--site", ...served.urls.map(String)]);
  const { seconds, findings } = JSON.parse(stdout);
  assert.equal(exitCode, 0);
  assertWithin(seconds * 1000, 2000);
  const [, oneByOne = 0] = /against (\d+\.\d+) s/.exec(findings[0].measured) ?? [];
  assert.ok(Number(oneByOne) > 5 && findings[0].holds, findings[0].measured);
});

test("lab news makes a whole page beside sites that hang, reset and fail", async (t) => {
  const evil = await startEvilOrigin(t);
  await using served = await servePages([page, feed]);
  const bad = ["hang", "reset", "status/500"].map((path) => `${evil.url}/${path}`);
  const out = temporaryFolder(t)("news.html");
  const { exitCode, stdout } = await lab(["news", "--out", out, "--site", ...bad, ...served.urls.map(String)]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /news\.html: 2 headlines from 5 sites in \d+\.\d\d s\n✘ http/);
  const text = readFileSync(out, "utf8");
  for (const failed of ["timeout", "reset", "status"])
    assert.match(text, new RegExp(`<p class="failed"><strong>${failed}</strong>`));
  assert.match(text, />One &amp; only<\/a>[\s\S]*>Item<\/a>[\s\S]*<\/html>\n$/);
});

test("lab news --json prints one document as documented", async () => {
  await using served = await servePages([feed, { ...page, body: (_, response) => response.writeHead(404).end() }]);
  const { exitCode, stdout } = await lab(["news", "--json", "--site", ...served.urls.map(String)]);
  const report = JSON.parse(stdout);
  assert.equal(exitCode, 1);
  assert.deepEqual(Object.keys(report), ["sites", "seconds", "findings", "undecided"]);
  const [good, bad] = report.sites;
  const url = String(served.urls[0]);
  assert.deepEqual(
    { ...good, ms: 0 },
    {
      url,
      title: "Test",
      ok: true,
      ms: 0,
      rendered: false,
      headlines: [{ title: "Item", url: new URL("/2", url).href }],
    },
  );
  assert.deepEqual([bad.ok, bad.title, bad.headlines], [false, new URL(url).host, []]);
  assert.deepEqual(bad.error, { class: "status", message: "HTTP 404 Not Found" });
});

test("lab news prints each site, escaped, with its first headlines", async () => {
  const many = Array.from({ length: 7 }, (_, n) => `<h2><a href="/${n}">Story ${n} \u202e &#27;[31m</a></h2>`).join("");
  await using served = await servePages([{ ...page, body: html(many) }]);
  const { exitCode, stdout } = await lab(["news", "--site", String(served.urls[0])]);
  assert.equal(exitCode, 0);
  assert.match(
    stdout,
    /^Test 7 headlines, \d+ ms\n(?: {2}Story \d \\u\{202e\} \[31m\n){5} {2}and 2 more; .*\n\n1 site at once in /,
  );
});

test("lab news --out replaces a file, keeps a link, and leaves no part", async (t) => {
  const folder = temporaryFolder(t);
  await using served = await servePages([page]);
  writeFileSync(folder("old.html"), "old");
  symlinkSync("old.html", folder("link.html"));
  const { exitCode } = await lab(["news", "--site", String(served.urls[0]), "--out", folder("link.html")]);
  assert.equal(exitCode, 0);
  assert.match(readFileSync(folder("old.html"), "utf8"), /One &amp; only/);
  assert.deepEqual(readdirSync(folder(".")).sort(), ["link.html", "old.html"]);
});

test("lab news --out keeps the permissions of a file, and a link to one yet to come", async (t) => {
  await using served = await servePages([page]);
  const folder = temporaryFolder(t);
  writeFileSync(folder("old.html"), "old");
  chmodSync(folder("old.html"), 0o620); // a umask would forbid it
  symlinkSync("new.html", folder("link.html"));
  for (const name of ["old.html", "link.html"])
    assert.equal((await lab(["news", "--site", String(served.urls[0]), "--out", folder(name)])).exitCode, 0);
  assert.equal(statSync(folder("old.html")).mode & 0o777, 0o620);
  assert.ok(lstatSync(folder("link.html")).isSymbolicLink());
  assert.match(readFileSync(folder("new.html"), "utf8"), /One &amp; only/);
});

test("lab news --out explains a path that cannot be written, and asks nobody", async (t) => {
  const folder = temporaryFolder(t);
  const evil = await startEvilOrigin(t);
  for (const [path, reason] of [
    [folder("none/x.html"), "there is no such folder"],
    [folder("."), "it is not a regular file"],
    ["/dev/null", "it is not a regular file"],
  ] as const) {
    const { exitCode, stdout, stderr } = await lab(["news", "--site", evil.url, "--out", path]);
    assert.deepEqual([exitCode, stdout, stderr], [1, "", `lab: cannot write ${path}: ${reason}\n`]);
  }
  assert.equal(evil.requests.length, 0);
  assert.ok(existsSync("/dev/null"));
});

test("lab news refuses wrong sites, selectors and combinations in one line", async () => {
  const site = "http://127.0.0.1:1/";
  for (const [args, line] of [
    [["--site", "example.org"], `--site must be an http or https URL, got "example.org"`],
    [["--site", "ftp://example.org"], `--site must be an http or https URL, got "ftp://example.org"`],
    [["--site", "ftp://u:secret@example.org"], `--site must be an http or https URL, got "ftp://…@example.org"`],
    [["--site", "http://u:secret@example.org"], "--site must not contain a user or a password"],
    [["--site", site, site], `--site must name each URL once, got "${site}" twice`],
    [["--site", ...Array.from({ length: 33 }, (_, n) => site + n)], "--site takes at most 32 URLs, got 33"],
    [["--site", site, "--select", "h2 >> a"], `--select must be a CSS selector such as "h2 a", got "h2 >> a"`],
    [["--site", site, "--select", ":nope"], `--select must be a CSS selector such as "h2 a", got ":nope"`],
    [["--select", "a"], "--select goes with --site: the command knows the layout of its own sites"],
    [["--port", "9"], "--port goes with --serve"],
    [["--serve", "--out", "x"], "--serve and --out exclude each other"],
    [["--serve", "--compare"], "--serve and --compare exclude each other"],
  ] as const) {
    const { exitCode, stdout, stderr } = await lab(["news", ...args]);
    assert.deepEqual([exitCode, stdout, stderr], [2, "", `lab: ${line}\n`]);
  }
});

test("lab news ends with 130 on Ctrl-C while a site hangs", async (t) => {
  const evil = await startEvilOrigin(t);
  const running = startLab(t, ["news", "--site", `${evil.url}/hang`]);
  await until("a request", () => evil.requests.length > 0);
  assert.equal(await running.stop("SIGINT"), 130);
});
