import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import { fetching } from "../../support/fetching.js";
import { temporaryFolder } from "../../support/files.js";
import { bin, lab } from "../../support/lab.js";
import { startOrigin } from "../../support/origin.js";

const test = testAtOnce(3);

const kibibytes = (t: Parameters<typeof startOrigin>[0], count: number) =>
  startOrigin(t, (_request, response) => response.end(Buffer.alloc(count * 1024, "x")));

test("lab fetch --save keeps no part of a body that does not fit", async (t) => {
  const { url } = await kibibytes(t, 40);
  const folder = temporaryFolder(t)("bodies");
  const limited = 'ulimit -f 16 && exec "$0" "$@"'; // blocks of 512 bytes or 1 KiB; in any shell less than the body
  const args = ["-c", limited, process.execPath, bin, "fetch", url, "--save", folder, "--repeat", "5"];
  const { exitCode, stdout, stderr } = await execa("sh", args, { reject: false, timeout: 60_000 });
  assert.match(stderr, /^lab: cannot write to \S+\/bodies\/\d\.bin: EFBIG: file too large$/);
  assert.deepEqual([exitCode, stdout, readdirSync(folder)], [1, "", []]);
});

test("lab fetch --save overwrites a file, but not a folder", async (t) => {
  const { url } = await kibibytes(t, 1);
  const folder = temporaryFolder(t);
  mkdirSync(folder("bodies/1.bin"), { recursive: true });
  writeFileSync(folder("bodies/0.bin"), "old");
  const { exitCode, stderr } = await lab(["fetch", url, "--repeat", "2", "-c", "1", "--save", folder("bodies")]);
  assert.match(stderr, /^lab: cannot write to \S+\/bodies\/1\.bin: EISDIR: [a-z ]+\n$/);
  assert.equal(exitCode, 1);
  assert.deepEqual(readdirSync(folder("bodies")).sort(), ["0.bin", "1.bin"]);
  assert.equal(readFileSync(folder("bodies/0.bin")).length, 1024);
});

test("lab fetch --save never replaces the list, the results or stdout's file", async (t) => {
  const { url } = await kibibytes(t, 1);
  const folder = temporaryFolder(t);
  mkdirSync(folder("bodies"));
  writeFileSync(folder("bodies/0.bin"), `${url}\n`);
  symlinkSync(folder("bodies/0.bin"), folder("link"));
  for (const args of [
    ["--file", folder("bodies/0.bin")],
    ["--file", folder("link")],
    [url, "--output", folder("bodies/1.bin")],
  ]) {
    const { exitCode, stderr } = await lab(["fetch", ...args, "--save", folder("bodies")]);
    assert.match(
      stderr,
      /^lab: --(?:file|output) must not have the name of a body in the folder of --save, got \S+\n$/,
    );
    assert.equal(exitCode, 2);
  }
  const redirected = `exec "$0" "$1" fetch ${url} --save bodies >> bodies/0.bin`;
  const { stderr } = await execa("sh", ["-c", redirected, process.execPath, bin], { cwd: folder("."), reject: false });
  assert.equal(stderr, "lab: stdout must not have the name of a body in the folder of --save, got /dev/stdout");
  assert.deepEqual(readdirSync(folder("bodies")), ["0.bin"]);
  assert.equal(readFileSync(folder("bodies/0.bin"), "utf8"), `${url}\n`);
  const besides = await lab(["fetch", url, "--save", folder("bodies"), "--output", folder("bodies/results.ndjson")]);
  assert.equal(besides.exitCode, 0);
});

test("lab fetch --save refuses an impossible folder at once", async (t) => {
  if (!existsSync("/proc/self")) return t.diagnostic("no /proc");
  const folder = temporaryFolder(t);
  writeFileSync(folder("file"), "");
  for (const path of ["/proc/x", "/proc/x/y", folder("file"), folder("file/below"), ""]) {
    const { exitCode, stderr } = await lab(["fetch", "http://127.0.0.1:1/", "--save", path]);
    assert.match(stderr, /^lab: --save must be [^\n]*\n$/, path);
    assert.equal(exitCode, 2);
  }
});

test("lab fetch --save creates its folder with parents, or takes an existing one", async (t) => {
  const { url } = await kibibytes(t, 1);
  const folder = temporaryFolder(t)("a/b/../c");
  for (let run = 0; run < 2; run++) assert.equal((await fetching([url, "--save", folder])).exitCode, 0);
  assert.deepEqual(readdirSync(folder), ["0.bin"]);
});
