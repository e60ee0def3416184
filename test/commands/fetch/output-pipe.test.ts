import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { constants, openSync, writeFileSync } from "node:fs";
import { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { type TestContext, test } from "node:test";
import { openPipe } from "../../../src/commands/fetch/output-pipe.js";
import { temporaryFolder } from "../../support/files.js";
import { isPending } from "../../support/latch.js";

const { signal } = new AbortController();

function namedPipe(t: TestContext): string {
  const path = temporaryFolder(t)("pipe");
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  return path;
}

test("openPipe waits for a reader and delivers the text", async (t) => {
  const path = namedPipe(t);
  const opening = openPipe(path, signal);
  assert.equal(await isPending(opening), true);
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const reader = new Socket({ fd, readable: true, writable: false });
  const stream = await opening;
  const read = text(reader);
  stream?.end("one\ntwo\n");
  assert.equal(await read, "one\ntwo\n");
});

test("openPipe rejects with the abort reason while it waits", async (t) => {
  const controller = new AbortController();
  const opening = openPipe(namedPipe(t), controller.signal);
  assert.equal(await isPending(opening), true);
  const reason = new Error("enough");
  controller.abort(reason);
  await assert.rejects(opening, reason);
});

test("openPipe ignores a path that is no pipe or does not exist", async (t) => {
  const file = temporaryFolder(t)("file");
  assert.equal(await openPipe(file, signal), undefined);
  writeFileSync(file, "");
  assert.equal(await openPipe(file, signal), undefined);
  assert.equal(await openPipe("/dev/null", signal), undefined);
});
