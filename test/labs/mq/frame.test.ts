import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFrame, FrameReader, headerSize, wholeFrames } from "../../../src/labs/mq/frame.js";

const most = 2 ** 20;

/** Keeps what a reader hands over, and refuses frames above 1 MiB. */
class Receiver {
  readonly payloads: string[] = [];
  readonly asked: number[] = [];
  /** Takes frames as long as this returns true. */
  wants: () => boolean = () => true;

  admits(length: number): boolean {
    this.asked.push(length);
    return length <= most;
  }

  take(bytes: Buffer, start: number, end: number): boolean {
    if (!this.wants()) return false;
    assert.equal(bytes.readUInt32BE(start - headerSize), end - start, "the header stands before the payload");
    this.payloads.push(bytes.toString("hex", start, end));
    return true;
  }
}

/** Frames that are small, empty, larger than the first room for a rest, or larger than a chunk. */
const payload = fc.oneof(
  { weight: 40, arbitrary: fc.uint8Array({ maxLength: 12 }) },
  { weight: 2, arbitrary: fc.integer({ min: 900, max: 3000 }).map((size) => new Uint8Array(size).fill(size)) },
  { weight: 1, arbitrary: fc.integer({ min: 60_000, max: 80_000 }).map((size) => new Uint8Array(size).fill(size)) },
);

/** Cut bytes into chunks whose sizes are taken from a list, again and again. */
function* chunksOf(bytes: Buffer, sizes: readonly number[]): Generator<Buffer> {
  for (let [at, i] = [0, 0]; at < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    yield Buffer.from(bytes.subarray(at, at + size));
    at += size;
  }
}

test("FrameReader reads 10,000 random splits of random frames alike", () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 500, max: 70_000 })), {
    minLength: 1,
    maxLength: 6,
  });
  const property = fc.property(
    fc.array(payload, { maxLength: 8 }),
    sizes,
    fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    (payloads, sizesOfChunks, answers) => {
      const receiver = new Receiver();
      const reader = new FrameReader(receiver);
      let turn = 0;
      receiver.wants = () => answers[turn++ % answers.length] ?? true; // a frame may be put off, again and again
      const tries = answers.includes(true) ? answers.length : 0;
      if (tries === 0) receiver.wants = () => true;
      for (const chunk of chunksOf(Buffer.concat(payloads.map(encodeFrame)), sizesOfChunks)) {
        let goesOn = reader.read(chunk);
        while (!goesOn) goesOn = reader.resume();
      }
      assert.deepEqual(
        receiver.payloads,
        payloads.map((each) => Buffer.from(each).toString("hex")),
      );
      assert.equal(reader.isMidFrame, false);
      assert.equal(reader.held, 0);
    },
  );
  fc.assert(property, { numRuns: 10_000 });
});

test("FrameReader refuses a length by its header, before anything is allocated", () => {
  for (const cut of [1, 2, 3, 4]) {
    const receiver = new Receiver();
    const reader = new FrameReader(receiver);
    const header = Buffer.from([0xff, 0xff, 0xff, 0xff]);
    const first = cut < 4 ? reader.read(header.subarray(0, cut)) : true;
    const second = reader.read(cut < 4 ? header.subarray(cut) : header);
    assert.deepEqual([first, second], [true, false]);
    assert.equal(receiver.asked.at(-1), 0xffffffff);
    assert.ok(reader.held <= headerSize, `${reader.held} bytes`);
  }
});

test("FrameReader grows with the bytes that came, not with those announced", () => {
  const reader = new FrameReader(new Receiver());
  const frame = encodeFrame(Buffer.alloc(most));
  reader.read(frame.subarray(0, 100));
  assert.equal(reader.isMidFrame, true);
  assert.ok(reader.held <= 1024, `${reader.held} bytes for 100`);
  reader.read(frame.subarray(100, 40_000));
  assert.ok(reader.held <= 80_000, `${reader.held} bytes for 40,000`);
});

test("FrameReader reads a frame of 1 MiB and the one behind it", () => {
  const receiver = new Receiver();
  const reader = new FrameReader(receiver);
  const large = Buffer.alloc(most, "ab");
  for (const chunk of chunksOf(Buffer.concat([encodeFrame(large), encodeFrame(Buffer.from("x"))]), [65_536])) {
    assert.equal(reader.read(chunk), true);
  }
  assert.deepEqual(receiver.payloads, [large.toString("hex"), "78"]);
});

test("wholeFrames finds the end of the last whole frame", () => {
  const bytes = Buffer.concat([
    encodeFrame(Buffer.from("ab")),
    encodeFrame(Buffer.alloc(0)),
    encodeFrame(Buffer.from("c")),
  ]);
  const ends = [0, 5, 6, 9, 10, 14, 15].map((length) => wholeFrames(bytes, length));
  assert.deepEqual(
    ends.map(({ end, frames }) => [end, frames]),
    [
      [0, 0],
      [0, 0],
      [6, 1],
      [6, 1],
      [10, 2],
      [10, 2],
      [15, 3],
    ],
  );
});
