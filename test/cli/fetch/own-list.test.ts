import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { execa } from "execa";
import { temporaryFolder } from "../../support/files.js";
import { bin } from "../../support/lab.js";

/** Run `lab fetch …` with redirections of a shell, in a folder with a list. */
function redirecting(t: TestContext) {
  const folder = temporaryFolder(t);
  writeFileSync(folder("list"), "http://127.0.0.1:1/\n");
  const fetch = (line: string) =>
    execa("sh", ["-c", `exec "$0" "$1" fetch --retries 0 ${line}`, process.execPath, bin], {
      cwd: folder("."),
      reject: false,
      stripFinalNewline: false,
      timeout: 60_000,
    });
  return { fetch, list: () => readFileSync(folder("list"), "utf8") };
}

test("lab fetch --json refuses to append to the list it reads", async (t) => {
  const { fetch, list } = redirecting(t);
  for (const line of ["--json -f list >> list", "--json -f - < list >> list"]) {
    const { exitCode, stderr } = await fetch(line);
    assert.equal(exitCode, 2, list());
    assert.equal(stderr, "lab: stdout must be another file than the list, which would grow as long as it is read\n");
  }
  assert.equal(list(), "http://127.0.0.1:1/\n");
  assert.equal((await fetch("--json -f list -o out >> list")).exitCode, 1, "the results go elsewhere");
});

test("lab fetch refuses a folder as stdin", async (t) => {
  const { exitCode, stderr } = await redirecting(t).fetch("-f - < .");
  assert.equal(exitCode, 2);
  assert.equal(stderr, "lab: --file must be a file that can be read: it is a folder\n");
});
