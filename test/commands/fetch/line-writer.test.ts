import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { Writable } from "node:stream";
import { test } from "node:test";
import { LineWriter } from "../../../src/commands/fetch/line-writer.js";
import { sleep } from "../../../src/concurrency/index.js";

test("LineWriter.write() waits for a stalled reader, even if lines come slowly", async (t) => {
  const go: (() => void)[] = [];
  let taken = "";
  const reader = new Writable({
    highWaterMark: 16 * 1024, // like written files; the default of Node 22 is 64 KiB
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
    await sleep(10); // several lines per turn of its timer
  }
  assert.ok(held, `${written} lines of 1 kB without a request to wait`);
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
