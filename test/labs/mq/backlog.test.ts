import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Backlog } from "../../../src/labs/mq/backlog.js";
import { encodeFrame } from "../../../src/labs/mq/frame.js";
import { QueueRoom } from "../../../src/labs/mq/queue-room.js";
import { collectGarbage } from "../../support/collect-garbage.js";

/** Take the first messages of a backlog as text. */
function shift(backlog: Backlog, together = false): string[] {
  const texts: string[] = [];
  backlog.shift((bytes, start, end, messages) => {
    for (let at = start; at < end; at += 4 + bytes.readUInt32BE(at)) {
      texts.push(bytes.toString("utf8", at + 4, at + 4 + bytes.readUInt32BE(at)));
    }
    assert.equal(texts.length, messages);
  }, together);
  return texts;
}

function push(backlog: Backlog, ...payloads: (string | Buffer)[]): void {
  for (const payload of payloads) {
    const frame = encodeFrame(Buffer.from(payload));
    backlog.push(frame, 0, frame.length);
  }
}

test("Backlog gives messages in order, one by one or together", () => {
  const backlog = new Backlog(new QueueRoom());
  push(backlog, "a", "", "c", "d");
  assert.deepEqual(
    [shift(backlog), shift(backlog, true), backlog.messages, backlog.size],
    [["a"], ["", "c", "d"], 0, 0],
  );
});

test("Backlog gives returned messages before all others", () => {
  const room = new QueueRoom();
  const backlog = new Backlog(room);
  push(backlog, "c");
  backlog.unshift(Buffer.concat(["a", "b"].map((text) => encodeFrame(Buffer.from(text)))), 2);
  assert.equal(room.messages, 3);
  assert.deepEqual([shift(backlog), shift(backlog), shift(backlog), room.messages], [["a"], ["b"], ["c"], 0]);
});

test("Backlog lets go of the memory of a taken message at once", async () => {
  const backlog = new Backlog(new QueueRoom());
  const first = (() => {
    const frame = encodeFrame(Buffer.alloc(100_000));
    backlog.push(frame, 0, frame.length);
    return new WeakRef(frame.buffer);
  })();
  push(backlog, ...Array.from({ length: 5 }, () => Buffer.alloc(20_000)));
  shift(backlog);
  await collectGarbage();
  assert.equal(first.deref(), undefined);
  assert.equal(backlog.messages, 5);
});
