import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync, linkSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { fetching, inOrder } from "../../support/fetching.js";
import { temporaryFolder } from "../../support/files.js";
import { bin, lab } from "../../support/lab.js";
import { startOrigin } from "../../support/origin.js";
import { startLab } from "../../support/running-lab.js";
import { unlessBusy } from "../../support/tries.js";

const test = testAtOnce(3);

const fine = (t: Parameters<typeof startOrigin>[0]) => startOrigin(t, (_request, response) => response.end("fine"));

test("lab fetch refuses an --output that is its own list, by any name", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(folder("list"), "http://127.0.0.1:1/\n");
  symlinkSync(folder("list"), folder("symlink"));
  linkSync(folder("list"), folder("link"));
  const says = /^lab: --output must be another file than the list, which it would overwrite, got \S+\n$/;
  for (const name of ["list", "symlink", "link", "../".repeat(9) + folder("list")]) {
    const { exitCode, stderr } = await lab([
      "fetch",
      "-f",
      folder("list"),
      "-o",
      folder(name).replace(/^.*\.\.\//, "/"),
    ]);
    assert.match(stderr, says);
    assert.equal(exitCode, 2);
  }
  const redirected = await execa("sh", ["-c", 'exec "$0" "$1" fetch -f - -o list < list', process.execPath, bin], {
    cwd: folder("."),
    reject: false,
    stripFinalNewline: false,
  });
  assert.match(redirected.stderr, says);
  assert.equal(readFileSync(folder("list"), "utf8"), "http://127.0.0.1:1/\n");
});

test("lab fetch refuses an --output that stdout or stderr writes to", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(folder("out"), "earlier\n");
  linkSync(folder("out"), folder("link"));
  const options = { cwd: folder("."), reject: false, stripFinalNewline: false } as const;
  for (const name of ["out", "link"]) {
    const line = `exec "$0" "$1" fetch http://127.0.0.1:1/ -o ${name} >> out`;
    const { exitCode, stderr } = await execa("sh", ["-c", line, process.execPath, bin], options);
    assert.equal(stderr, `lab: --output must be another file than the one stdout goes to, got ${name}\n`);
    assert.equal(exitCode, 2);
  }
  assert.equal(readFileSync(folder("out"), "utf8"), "earlier\n");
  const line = `exec "$0" "$1" fetch http://127.0.0.1:1/ -o /dev/stderr 2>> out`;
  assert.equal((await execa("sh", ["-c", line, process.execPath, bin], options)).exitCode, 2);
  assert.match(readFileSync(folder("out"), "utf8"), /^earlier\nlab: --output must be another file than the one stderr/);
});

test("lab fetch reads a small list once for all passes", async (t) => {
  const folder = temporaryFolder(t);
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === "/last") rmSync(folder("list"), { force: true });
    response.end();
  });
  writeFileSync(folder("list"), `${origin.url}/first\n${origin.url}/last\n`);
  const { exitCode, results } = await fetching(["-f", folder("list"), "--repeat", "50", "--warmup", "3", "-c", "1"]);
  assert.equal(exitCode, 0);
  assert.deepEqual(inOrder(results).at(-1)?.url, `${origin.url}/last`);
  assert.equal(results.length, 100);
});

test("lab fetch reads a large list again in each pass, and reports its removal", async (t) => {
  const folder = temporaryFolder(t);
  const origin = await startOrigin(t, (_request, response, nth) => {
    if (nth === 1500) rmSync(folder("list"));
    response.end();
  });
  writeFileSync(folder("list"), `${origin.url}/${"x".repeat(1000)}\n`.repeat(1100));
  const { exitCode, stderr } = await lab(["fetch", "-f", folder("list"), "--repeat", "5"]);
  assert.match(stderr, /^lab: cannot read \S+\/list: ENOENT[^\n]*\n$/);
  assert.equal(exitCode, 1);
  assert.ok(origin.requests.length > 1500 && origin.requests.length <= 2200, `${origin.requests.length}`);
});

test("lab fetch reads a pipe once and ends on a signal without a writer", async (t) => {
  const origin = await fine(t);
  const folder = temporaryFolder(t);
  await execa("mkfifo", [folder("pipe")]);
  const once = await lab(["fetch", "-f", folder("pipe"), "--repeat", "2"]);
  assert.match(once.stderr, /^lab: --file \S+ is a pipe, which can be read once: --repeat/);
  assert.equal(once.exitCode, 2);

  const waiting = startLab(t, ["fetch", "--json", origin.url, "-f", folder("pipe")]);
  await waiting.line(/"ok":true/);
  assert.equal(await waiting.stop("SIGTERM"), 143, "nobody has opened the other end");

  const reading = startLab(t, ["fetch", "--json", origin.url, "-f", folder("pipe")]);
  await reading.line(/"ok":true/);
  writeFileSync(folder("pipe"), `${origin.url}/a\n${origin.url}/b`);
  assert.equal(await reading.ended, 0);
  assert.equal(reading.objects.at(-1)?.ok, 3);
});

test("lab fetch takes CRLF, a byte order mark and repeated URLs", async (t) => {
  const { url } = await fine(t);
  const list = temporaryFolder(t)("list");
  writeFileSync(list, `\ufeff${url}/a\r\n${url}/a\r\n\r\n# comment\n  ${url}/b  \n${"x".repeat(1_000_000)}\n${url}/c`);
  const { results } = await fetching(["-f", list]);
  assert.deepEqual(
    inOrder(results).map(({ ok }) => ok),
    [true, true, false, false, true, false, true],
  );
});

test("lab fetch of an empty list or a closed stdin prints an empty summary", async (t) => {
  const list = temporaryFolder(t)("list");
  writeFileSync(list, "");
  const { exitCode, summary } = await fetching(["-f", list, "--repeat", "1000000000"]);
  assert.deepEqual([exitCode, summary.total], [0, 0]);
  const closed = await execa("sh", ["-c", 'exec "$0" "$1" fetch -f - --json <&-', process.execPath, bin], {
    reject: false,
  });
  assert.deepEqual([closed.exitCode, JSON.parse(closed.stdout).total], [0, 0]);
});

test("lab fetch masks passwords of URLs for readers, but not in results", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.writeHead(404).end());
  const url = origin.url.replace("//", "//me:s3cret@");
  const input = `${url}/a\nftp://me:s3cret@host/\n`;
  const human = await execa(process.execPath, [bin, "fetch", url, "-f", "-"], { input, reject: false });
  assert.match(human.stdout, /✘ 1 http:\/\/me:\*\*\*@127\.0\.0\.1:\d+\/a: status/);
  assert.match(human.stdout, /✘ 2 ftp:\/\/me:\*\*\*@host\/: bad_url: expected [^\n]* got "ftp:\/\/me:\*\*\*@host\/"/);
  assert.doesNotMatch(human.all ?? human.stdout + human.stderr, /s3cret/);
  const { results } = await fetching([url, "-f", "-"], { input });
  assert.deepEqual(
    inOrder(results).map((result) => result.url),
    [url, `${url}/a`, "ftp://me:s3cret@host/"],
  );
  for (const { error } of results) assert.doesNotMatch(error?.message ?? "", /s3cret/);
  assert.equal(origin.requests[0]?.headers.authorization, `Basic ${Buffer.from("me:s3cret").toString("base64")}`);
});

test("lab fetch --max-time ends the reading of an endless device", {
  timeout: 20_000,
}, async (t) => {
  if (!existsSync("/dev/urandom")) return t.diagnostic("no such devices");
  const zero = await fetching(["-f", "/dev/zero", "--max-time", "700ms"]);
  assert.deepEqual([zero.results.length, zero.summary.endedByTime], [1, true]);
  assert.match(zero.results[0]?.error?.message ?? "", /got a line of more than 8192 bytes/);
  const noise = await lab(["fetch", "-f", "/dev/urandom", "--max-time", "700ms"]);
  assert.match(noise.stdout, /ended by --max-time\n/);
});

test("lab fetch reads its list to the end after --max-time", (t) =>
  unlessBusy(t, async () => {
    const origin = await startOrigin(t, () => {}); // never answers
    const list = temporaryFolder(t)("list");
    writeFileSync(list, `${origin.url}\n${"x".repeat(50_000_000)}\n${`${origin.url}\n`.repeat(30)}`);
    const { results, summary } = await fetching(["-f", list, "-c", "1", "--max-time", "300ms"]);
    assert.deepEqual([results.length, summary.errors], [32, { bad_url: 1, timeout: 31 }]);
    assert.equal(results.filter(({ attempts }) => attempts === 0).length, 31);
  }));

test("lab fetch ends on Ctrl-C while its list is an idle terminal", { timeout: 20_000 }, async (t) => {
  const onTerminal = (command: string) =>
    execa("script", ["-qec", command, "/dev/null"], { reject: false, stdin: "pipe" });
  if ((await onTerminal("true")).exitCode !== 0) return t.diagnostic("no script(1) that makes a terminal");
  const origin = await startOrigin(t, (_request, response) => {
    response.end();
    fetch.stdin.write("\x03");
  });
  const fetch = onTerminal(`exec "${process.execPath}" "${bin}" fetch ${origin.url} -f /dev/tty`);
  t.after(() => fetch.kill("SIGKILL"));
  assert.equal((await fetch).exitCode, 130);
});

test("lab fetch asks for no URL that a line is not", async (t) => {
  const origin = await fine(t);
  const list = temporaryFolder(t)("list");
  const lines = [`${origin.url}/a\tlabel`, `${origin.url}/b\r${origin.url}/c`, `${origin.url}/\xfc`, `${origin.url}/d`];
  writeFileSync(list, `${lines.join("\n")}\n`, "latin1");
  const { results, exitCode } = await fetching(["--file", list]);
  assert.deepEqual(
    origin.requests.map(({ url }) => url),
    ["/d"],
  );
  assert.deepEqual(
    inOrder(results).map(({ url, error }) => [url, error?.class]),
    [
      [lines[0], "bad_url"],
      [lines[1], "bad_url"],
      [`${origin.url}/\\xfc`, "bad_url"],
      [lines[3], undefined],
    ],
  );
  assert.equal(exitCode, 1);
  const typed = await lab(["fetch", `${origin.url}/a\tb`]);
  assert.deepEqual(
    [typed.exitCode, /must be an http or https URL, got .*: there is a tab/.test(typed.stderr)],
    [2, true],
  );
});
