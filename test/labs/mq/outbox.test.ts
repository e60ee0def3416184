import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { Budget } from "../../../src/labs/mq/budget.js";
import { encodeFrame } from "../../../src/labs/mq/frame.js";
import { Outbox, type Parcel } from "../../../src/labs/mq/outbox.js";

/** A kernel that takes what the test says. */
class FakeSocket {
  destroyed = false;
  errored: Error | null = null;
  writableLength = 0;
  takes = true;
  readonly written: Buffer[] = [];
  readonly #callbacks: ((error?: Error) => void)[] = [];

  get _handle(): { writeQueueSize: number } | null {
    return this.destroyed ? null : { writeQueueSize: this.writableLength };
  }

  write(bytes: Buffer, callback: (error?: Error) => void): void {
    this.written.push(bytes);
    this.#callbacks.push(callback);
    if (!this.takes) this.writableLength += bytes.length;
  }

  cork(): void {}
  uncork(): void {}

  /** The kernel has taken everything, or fails. */
  answer(error?: Error): void {
    this.writableLength = 0;
    for (const callback of this.#callbacks.splice(0)) callback(error);
  }
}

function outboxOf(socket: FakeSocket, budget = new Budget(1e9), onIdle = () => {}): Outbox {
  return new Outbox(socket as unknown as Socket, budget, onIdle);
}

function parcelOf(...texts: string[]): Parcel {
  const bytes = Buffer.concat(texts.map((text) => encodeFrame(Buffer.from(text))));
  return { bytes, messages: texts.length, holders: 0 };
}

test("Outbox writes the parcels that wait once the kernel has taken the first", () => {
  const socket = new FakeSocket();
  let idle = 0;
  const budget = new Budget(1e9);
  const outbox = outboxOf(socket, budget, () => idle++);
  socket.takes = false;
  const [first, second] = [parcelOf("a"), parcelOf("b", "c")];
  assert.deepEqual([outbox.write(first), outbox.enqueue(second), outbox.waiting], [false, true, 3]);
  assert.ok(budget.used > 0);
  socket.takes = true;
  socket.answer();
  assert.deepEqual(socket.written, [first.bytes, second.bytes]);
  assert.deepEqual([outbox.written, outbox.waiting, outbox.isIdle, idle, budget.used], [3, 0, true, 1, 0]);
});

for (const [state, kill] of [
  ["is destroyed", (socket: FakeSocket) => Object.assign(socket, { destroyed: true })],
  ["has failed", (socket: FakeSocket) => Object.assign(socket, { errored: new Error("EPIPE") })],
] as const) {
  test(`Outbox gives back what it wrote to a socket that ${state}`, () => {
    const socket = new FakeSocket();
    const outbox = outboxOf(socket);
    kill(socket);
    const parcel = parcelOf("a", "b");
    assert.equal(outbox.write(parcel), false);
    assert.deepEqual([outbox.written, outbox.waiting], [0, 2]);
    const { messages, unwritten } = outbox.abandon();
    assert.deepEqual([messages, unwritten, outbox.waiting], [2, parcel.bytes, 0]);
  });
}

test("Outbox does not count a write that fails later as written", () => {
  const socket = new FakeSocket();
  const outbox = outboxOf(socket);
  socket.takes = false;
  outbox.write(parcelOf("a"));
  socket.answer(new Error("ECONNRESET"));
  assert.deepEqual([outbox.written, outbox.waiting, outbox.isIdle], [0, 1, false]);
});

test("Outbox counts whole messages of a write that is cut, and gives back the others", () => {
  const socket = new FakeSocket();
  const outbox = outboxOf(socket);
  socket.takes = false;
  const parcel = parcelOf("first", "second", "third");
  outbox.write(parcel);
  socket.writableLength = 12; // the third frame has 9 bytes; 3 of the second one are left, too
  const { messages, unwritten } = outbox.abandon();
  assert.deepEqual([outbox.written, messages, unwritten], [1, 2, parcel.bytes.subarray(9)]);
});

test("Outbox takes the memory of a first write from the budget of all", () => {
  const socket = new FakeSocket();
  let exceeded = 0;
  const outbox = outboxOf(socket, new Budget(1000, () => exceeded++));
  socket.takes = false;
  outbox.write(parcelOf("x".repeat(2000)));
  assert.equal(exceeded, 1);
});
