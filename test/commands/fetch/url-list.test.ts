import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { execa } from "execa";
import { openList } from "../../../src/commands/fetch/url-list.js";
import { temporaryFolder } from "../../support/files.js";

const { signal } = new AbortController();
const typed = { url: ["http://a/"], timeout: 1, maxBody: 1 };

async function linesOf(list: Awaited<ReturnType<typeof openList>>): Promise<number> {
  let count = 0;
  for await (const batch of list.lines()) count += batch.length;
  return count;
}

test("openList counts the lines of a file, but not of a pipe", async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(folder("list"), "a\nb");
  const list = await openList({ ...typed, file: folder("list") }, signal);
  assert.deepEqual([await list.count(signal), await linesOf(list)], [3, 3]);
  await execa("mkfifo", [folder("pipe")]);
  const pipe = await openList({ ...typed, file: folder("pipe") }, signal);
  const writing = execa("sh", ["-c", 'printf "a\\nb\\n" > pipe'], { cwd: folder(".") });
  assert.equal(await pipe.count(signal), undefined);
  assert.equal(await linesOf(pipe), 3);
  await writing;
});

test("openList keeps a small file after its first complete pass", async (t) => {
  const file = temporaryFolder(t)("list");
  writeFileSync(file, "a\n".repeat(100));
  const list = await openList({ ...typed, file }, signal);
  for await (const _batch of list.lines()) break;
  assert.equal(await linesOf(list), 101);
  writeFileSync(file, "a\n");
  assert.equal(await linesOf(list), 101);
  assert.equal(await list.count(signal), 2, "the file as it is now");
});

test("openList reads a file above 1 MiB anew in each pass", async (t) => {
  const file = temporaryFolder(t)("list");
  writeFileSync(file, "a\n".repeat(600_000));
  const list = await openList({ ...typed, file }, signal);
  assert.equal(await linesOf(list), 600_001);
  writeFileSync(file, "a\n");
  assert.equal(await linesOf(list), 2);
});
