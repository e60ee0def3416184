import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { constants, existsSync } from "node:fs";
import { open } from "node:fs/promises";
import { test } from "node:test";
import { execa } from "execa";
import { deviceContents, pipeContents } from "../../../src/commands/fetch/list-stream.js";
import { ExitError } from "../../../src/concurrency/index.js";
import { temporaryFolder } from "../../support/files.js";

const endless = { endAt: undefined, signal: new AbortController().signal };

async function newPipe(t: Parameters<typeof temporaryFolder>[0]): Promise<string> {
  const pipe = temporaryFolder(t)("pipe");
  await execa("mkfifo", [pipe]);
  return pipe;
}

async function textOf(contents: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of contents) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test("pipeContents reads a pipe to its end", async (t) => {
  const pipe = await newPipe(t);
  const holder = await open(pipe, constants.O_RDWR); // first a writer, because a reader without one is at the end
  const reading = textOf(pipeContents(pipe, endless));
  await execa("sh", ["-c", 'printf "a\\nb" > "$0"', pipe]);
  await holder.close();
  assert.equal(await reading, "a\nb");
});

test("pipeContents ends on an abort and at endAt, with the writer still there", async (t) => {
  const pipe = await newPipe(t);
  const holder = await open(pipe, constants.O_RDWR);
  t.after(() => holder.close());
  assert.equal(await textOf(pipeContents(pipe, { ...endless, endAt: performance.now() + 20 })), "");
  const stop = new AbortController();
  const contents = pipeContents(pipe, { ...endless, signal: stop.signal });
  await holder.write("begun");
  assert.equal(String((await contents.next()).value), "begun");
  const next = contents.next();
  stop.abort();
  assert.equal((await next).done, true);
});

test("pipeContents opens nothing after an abort or endAt", async () => {
  const contents = pipeContents("/nowhere/at/all", { ...endless, signal: AbortSignal.abort() });
  assert.equal(await textOf(contents), "");
  assert.equal(await textOf(pipeContents("/nowhere/at/all", { ...endless, endAt: performance.now() })), "");
});

test("pipeContents names an unreadable file in one line", async () => {
  await assert.rejects(textOf(pipeContents("/nowhere/at/all", endless)), (error) => {
    assert.ok(error instanceof ExitError);
    assert.deepEqual(
      [error.code, error.message.split(":").slice(0, 2)],
      [1, ["cannot read /nowhere/at/all", " ENOENT"]],
    );
    return true;
  });
});

test("deviceContents ends an endless device at endAt", async (t) => {
  if (!existsSync("/dev/zero")) return t.diagnostic("no /dev/zero");
  let bytes = 0;
  for await (const chunk of deviceContents("/dev/zero", { ...endless, endAt: performance.now() + 300 }))
    bytes += chunk.length;
  assert.ok(bytes > 0);
  assert.equal(await textOf(deviceContents("/dev/null", endless)), "");
});
