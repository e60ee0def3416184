import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeFrame } from "../../../src/labs/mq/frame.js";
import { type Batch, Gatherer, type Target } from "../../../src/labs/mq/gatherer.js";
import type { Outbox, Parcel } from "../../../src/labs/mq/outbox.js";
import { Run } from "../../../src/labs/mq/run.js";
import { Topic } from "../../../src/labs/mq/topic.js";
import { turn } from "../../support/latch.js";
import { pairs } from "../../support/mq.js";

/** Keeps what is delivered, without a copy. `isFree` answers whether it may be overwritten. */
class Shelf implements Target {
  batch: Batch | undefined;
  readonly delivered: Buffer[] = [];
  isFree = true;

  deliver(bytes: Buffer, _messages: number): boolean {
    this.delivered.push(bytes);
    return this.isFree;
  }
}

test("Gatherer delivers the frames of one turn at once, in order", async () => {
  const [gatherer, shelf] = [new Gatherer(), new Shelf()];
  const frames = ["a", "b", "c"].map((text) => encodeFrame(Buffer.from(text)));
  for (const frame of frames) gatherer.add(shelf, frame, 0, frame.length, 1);
  assert.equal(shelf.delivered.length, 0);
  await turn();
  await turn();
  assert.deepEqual(shelf.delivered, [Buffer.concat(frames)]);
});

for (const isFree of [true, false]) {
  test(`Gatherer uses a page ${isFree ? "again" : "no more"} that ${isFree ? "is free" : "somebody still needs"}`, () => {
    const [gatherer, shelf] = [new Gatherer(), new Shelf()];
    shelf.isFree = isFree;
    for (const text of ["first", "other"]) {
      const frame = encodeFrame(Buffer.from(text));
      gatherer.add(shelf, frame, 0, frame.length, 1);
      gatherer.flush();
    }
    const [first, other] = shelf.delivered;
    assert.equal(first?.buffer === other?.buffer, isFree);
    assert.equal(first?.toString("utf8", 4), isFree ? "other" : "first");
  });
}

test("Topic keeps the bytes that a subscriber has not taken", () => {
  const bytes = Buffer.alloc(1000);
  const subscriber = (outbox: Partial<Outbox>) => ({ outbox: outbox as Outbox, cut: () => {} });
  const taken = subscriber({ isIdle: true, write: () => true });
  const holding = subscriber({ isIdle: true, write: (parcel: Parcel) => parcel.holders++ < 0 });
  const kept: Parcel[] = [];
  const behind = subscriber({ isIdle: false, enqueue: (parcel: Parcel) => kept.push(parcel) > 0 });
  for (const [others, isFree] of [
    [[taken], true],
    [[taken, holding], false],
    [[taken, behind, behind], false],
  ] as const) {
    const topic = new Topic({ in: 0, copies: 0 });
    for (const each of others) topic.join({ ...each });
    assert.equal(topic.deliver(bytes, 1), isFree);
  }
  assert.equal(kept[0], kept[1], "one parcel for all that are behind");
  const small = new Topic({ in: 0, copies: 0 });
  small.join(behind);
  assert.equal(small.deliver(bytes.subarray(0, 100), 1), true, "a small part of its memory was copied");
  assert.notEqual(kept[2]?.bytes.buffer, bytes.buffer);
});

test("Run moves the messages of one read together, without the names between them", () => {
  const [gatherer, one, two] = [new Gatherer(), new Shelf(), new Shelf()];
  const chunk = pairs("/topic/a", "first", "second", "third");
  const run = new Run(gatherer);
  const [nameSize, sizes] = [12, [9, 10, 9]];
  let at = 0;
  for (const [i, size] of sizes.entries()) {
    at += nameSize;
    run.add(i === 2 ? two : one, chunk, at, at + size);
    at += size;
  }
  run.close();
  gatherer.flush();
  const frames = ["first", "second", "third"].map((text) => encodeFrame(Buffer.from(text)));
  assert.deepEqual([one.delivered, two.delivered], [[Buffer.concat(frames.slice(0, 2))], [frames[2]]]);
});
