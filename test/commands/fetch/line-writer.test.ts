import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { LineWriter } from "../../../src/commands/fetch/line-writer.js";
import { sleep } from "../../../src/concurrency/index.js";

test("LineWriter.write waits for a stalled reader, however slow the writer", async (t) => {
  const go: (() => void)[] = [];
  let taken = "";
  const reader = new Writable({
    highWaterMark: 16 * 1024, // as of the files that are written; Node 22 has 64 KiB else
    write(chunk, _encoding, done) {
      taken += chunk;
      go.push(done);
    },
  });
  t.after(() => reader.destroy());
  const writer = new LineWriter(reader, new AbortController().signal);
  const line = { text: "x".repeat(1000) };
  let held: Promise<void> | undefined;
  let written = 0;
  for (; written < 500 && !held; written++) {
    held = writer.write(line);
    await sleep(10); // several of them to each turn of its timer
  }
  assert.ok(held, `${written} lines of 1 kB, and nothing said to wait`);
  assert.ok(written < 60, `${written} lines of 1 kB wait in memory`);
  let isOver = false;
  const closed = held
    .then(() => writer.close())
    .finally(() => {
      isOver = true;
    });
  while (!isOver) {
    go.shift()?.();
    await sleep(1);
  }
  await closed;
  assert.equal(taken, `${JSON.stringify(line)}\n`.repeat(written));
});
