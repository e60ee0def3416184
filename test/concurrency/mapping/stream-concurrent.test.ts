import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Queue, sleep, streamConcurrent } from "../../../src/concurrency/index.js";
import { isPending, LatchedMapper, later, turn, WatchedInput } from "../../support/latch.js";

const letters = ["a", "b", "c", "d", "e"];
const never = () => assert.fail("called");
const upper = (letter: string) => letter.toUpperCase();
const ended = { done: true, value: undefined };

/** All values of a stream, and the error that ended it. */
async function drain<T>(stream: AsyncIterable<T>): Promise<{ values: T[]; error?: unknown }> {
  const values: T[] = [];
  try {
    for await (const value of stream) values.push(value);
    return { values };
  } catch (error) {
    return { values, error };
  }
}

for (const [kind, input] of Object.entries({ "an array": () => letters, "an async iterable": () => later(letters) })) {
  test(`streamConcurrent keeps exactly \`concurrency\` mappers in flight (${kind})`, async () => {
    const mapper = new LatchedMapper();
    const draining = drain(streamConcurrent(input(), mapper.map, { concurrency: 2 }));
    for (const item of letters) {
      for (let i = 0; i < letters.length; i++) await turn();
      const expected = letters.slice(letters.indexOf(item), letters.indexOf(item) + 2);
      assert.equal(mapper.running, expected.length, `in flight while ${item} is`);
      await mapper.finish(item);
    }
    assert.deepEqual(await draining, { values: ["A", "B", "C", "D", "E"] });
  });
}

test("streamConcurrent keeps the order of its input and gives mappers the index", async () => {
  const mapper = new LatchedMapper();
  const draining = drain(streamConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3 }));
  await mapper.finish("c", "a", "b");
  assert.deepEqual(await draining, { values: ["A", "B", "C"] });
  assert.deepEqual(mapper.indexes, [0, 1, 2]);
});

test("streamConcurrent of an empty input ends at once and calls no mapper", async () => {
  for (const ordered of [true, false]) {
    assert.deepEqual(await drain(streamConcurrent([], never, { concurrency: 3, ordered })), { values: [] });
    assert.deepEqual(await drain(streamConcurrent(later([]), never, { concurrency: 3, ordered })), { values: [] });
  }
});

for (const count of [0, -1, 1.5, Number.NaN]) {
  test(`streamConcurrent refuses a concurrency or buffer of ${count}`, () => {
    const expected = (option: string) => ({ name: "RangeError", message: new RegExp(`${option} .* got ${count}`) });
    assert.throws(() => streamConcurrent([], never, { concurrency: count }), expected("concurrency"));
    assert.throws(() => streamConcurrent([], never, { concurrency: 1, buffer: count }), expected("buffer"));
  });
}

test("streamConcurrent with a concurrency of Infinity starts everything at once", async () => {
  const mapper = new LatchedMapper();
  const draining = drain(streamConcurrent(letters, mapper.map, { concurrency: Number.POSITIVE_INFINITY }));
  assert.deepEqual(mapper.started, letters);
  await mapper.finish(...letters);
  await draining;
});

test("streamConcurrent stops pulling after a failure, aborts the rest and awaits it", async () => {
  const error = new Error("broken");
  const input = new WatchedInput(letters);
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(input, mapper.map, { concurrency: 2 });
  const next = stream.next();
  next.catch(() => {});
  await mapper.fail("a", error);
  assert.equal(mapper.signals[1]?.reason, error);
  assert.equal(await isPending(next), true);
  await mapper.finish("b");
  await assert.rejects(next, (thrown) => thrown === error);
  assert.deepEqual([mapper.started, input.pulled, input.closed], [["a", "b"], ["a", "b"], true]);
  assert.deepEqual(await stream.next(), ended, "the error comes out once");
});

test("streamConcurrent rejects with the thrown value, even null or undefined", async () => {
  for (const thrown of ["text", null, undefined]) {
    const stream = streamConcurrent(["a"], () => Promise.reject(thrown), { concurrency: 1 });
    await assert.rejects(stream.next(), (error) => error === thrown, `thrown: ${thrown}`);
  }
});

test("streamConcurrent rejects with the first failure in input order", async () => {
  const mapper = new LatchedMapper();
  const draining = drain(streamConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3 }));
  for (const item of ["b", "a", "c"]) await mapper.fail(item, `${item} failed`);
  assert.deepEqual(await draining, { values: [], error: "a failed" });
});

test("streamConcurrent with ordered: false rejects with the first failure in time", async () => {
  const mapper = new LatchedMapper();
  const draining = drain(streamConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3, ordered: false }));
  for (const item of ["b", "a", "c"]) await mapper.fail(item, `${item} failed`);
  assert.deepEqual(await draining, { values: [], error: "b failed" });
});

test("streamConcurrent pulls nothing before next(), then for free mappers", async () => {
  const input = new WatchedInput(letters);
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(input, mapper.map, { concurrency: 2 });
  await turn();
  assert.deepEqual(input.pulled, []);
  const draining = drain(stream);
  assert.deepEqual(input.pulled, ["a", "b"]);
  await mapper.finish("a");
  assert.deepEqual(input.pulled, ["a", "b", "c"]);
  await mapper.finish("b", "c", "d", "e");
  await draining;
});

test("streamConcurrent takes strings, sets, generators and promised items", async () => {
  const opts = { concurrency: 2 };
  assert.deepEqual(await drain(streamConcurrent(new Set("ab"), upper, opts)), { values: ["A", "B"] });
  assert.deepEqual(await drain(streamConcurrent(new WatchedInput("ab"), upper, opts)), { values: ["A", "B"] });
  assert.deepEqual(await drain(streamConcurrent([Promise.resolve("a"), "b"], upper, opts)), { values: ["A", "B"] });
  assert.deepEqual(await drain(streamConcurrent("ab", upper, opts)), { values: ["A", "B"] });
});

for (const ordered of [true, false]) {
  const started = (buffer: number | undefined) => async () => {
    const input = new WatchedInput("abcdefghij");
    const stream = streamConcurrent(input, upper, { concurrency: 2, ordered, ...(buffer && { buffer }) });
    const ahead: number[] = [];
    for (let taken = 1; taken <= 3; taken++) {
      await stream.next();
      await turn();
      ahead.push(input.pulled.length - taken);
    }
    await stream.return?.();
    const expected = buffer ?? 2;
    assert.deepEqual(ahead, [expected, expected, expected]);
  };
  test(`streamConcurrent works ahead of a slow consumer by \`concurrency\` (ordered: ${ordered})`, started(undefined));
  test(`streamConcurrent works ahead of a slow consumer by a smaller \`buffer\` (ordered: ${ordered})`, started(1));
  test(`streamConcurrent works ahead of a slow consumer by a larger \`buffer\` (ordered: ${ordered})`, started(5));
}

test("streamConcurrent counts running items towards the buffer", async () => {
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(letters, mapper.map, { concurrency: 2, buffer: 3 });
  const next = stream.next();
  await mapper.finish("b");
  assert.deepEqual(mapper.started, ["a", "b", "c"], "a and c run, b is ready");
  await mapper.finish("c");
  assert.deepEqual(mapper.started, ["a", "b", "c"], "a runs, b and c are ready");
  await mapper.finish("a");
  assert.deepEqual(await next, { done: false, value: "A" });
  assert.deepEqual(mapper.started, ["a", "b", "c", "d"], "d runs, b and c are ready");
  const left = stream.return?.();
  await mapper.finish("d");
  await left;
});

test("streamConcurrent gives earlier results before a failure, and none after it", async () => {
  const mapper = new LatchedMapper();
  const draining = drain(streamConcurrent(letters, mapper.map, { concurrency: 3 }));
  await mapper.fail("c", "c failed");
  assert.deepEqual(
    mapper.signals.map((signal) => signal.aborted),
    [false, false, false],
    "items before the failure may finish",
  );
  await mapper.finish("b", "a");
  assert.deepEqual(await draining, { values: ["A", "B"], error: "c failed" });
  assert.deepEqual(mapper.started, ["a", "b", "c"]);
});

test("streamConcurrent gives earlier results before a failure of its input", async () => {
  function* failing() {
    yield* ["a", "b"];
    throw new Error("no more input");
  }
  for (const input of [failing(), later(failing())]) {
    const { values, error } = await drain(streamConcurrent(input, upper, { concurrency: 3 }));
    assert.deepEqual([values, String(error)], [["A", "B"], "Error: no more input"]);
  }
});

test("streamConcurrent rejects and pulls nothing if its signal has aborted", async () => {
  const input = new WatchedInput(letters);
  const signal = AbortSignal.abort("too late");
  const stream = streamConcurrent(input, never, { concurrency: 2, signal });
  await assert.rejects(stream.next(), (reason) => reason === "too late");
  assert.deepEqual(input.pulled, []);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("streamConcurrent leaves no listener on a signal that outlives it", async () => {
  const { signal } = new AbortController();
  const opts = { concurrency: 2, signal };
  await drain(streamConcurrent(letters, upper, opts));
  await drain(streamConcurrent(letters, never, opts));
  for await (const _ of streamConcurrent(letters, upper, opts)) break;
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

for (const ordered of [true, false]) {
  test(`streamConcurrent stops for an abort and rejects after its mappers (ordered: ${ordered})`, async () => {
    const input = new WatchedInput(letters);
    const controller = new AbortController();
    const mapper = new LatchedMapper();
    const stream = streamConcurrent(input, mapper.map, { concurrency: 2, ordered, signal: controller.signal });
    const next = stream.next();
    next.catch(() => {});
    controller.abort("enough");
    assert.deepEqual(
      mapper.signals.map((signal) => signal.reason),
      ["enough", "enough"],
    );
    await mapper.fail("a", new Error("noise"));
    assert.equal(await isPending(next), true);
    await mapper.finish("b");
    await assert.rejects(next, (reason) => reason === "enough");
    assert.deepEqual([mapper.started, input.pulled, input.closed], [["a", "b"], ["a", "b"], true]);
    assert.deepEqual(await stream.next(), ended);
  });
}

test("streamConcurrent aborted between two next() stops at once and rejects the second", async () => {
  const controller = new AbortController();
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(letters, mapper.map, { concurrency: 2, signal: controller.signal });
  const first = stream.next();
  await mapper.finish("a");
  await first;
  controller.abort("enough");
  assert.equal(mapper.signals[2]?.reason, "enough");
  await mapper.finish("b", "c");
  await assert.rejects(stream.next(), (reason) => reason === "enough");
  assert.deepEqual(mapper.started, ["a", "b", "c"]);
});

test("streamConcurrent stops waiting for its input after an abort", async () => {
  const controller = new AbortController();
  const queue = new Queue<string>();
  const next = streamConcurrent(queue, never, { concurrency: 2, signal: controller.signal }).next();
  assert.equal(await isPending(next), true);
  controller.abort("enough");
  queue.putNowait("a");
  await assert.rejects(next, (reason) => reason === "enough");
  assert.equal(queue.size, 1, "the item stays in the queue");
});

test("streamConcurrent starts no item if pulling it aborts the signal", async () => {
  function* aborting(controller: AbortController) {
    controller.abort("enough");
    yield "a";
  }
  for (const input of [aborting, (controller: AbortController) => later(aborting(controller))]) {
    const controller = new AbortController();
    const mapper = new LatchedMapper();
    const stream = streamConcurrent(input(controller), mapper.map, { concurrency: 2, signal: controller.signal });
    await assert.rejects(stream.next(), (reason) => reason === "enough");
    await turn();
    assert.deepEqual([mapper.started, mapper.running], [[], 0]);
  }
});

test("streamConcurrent aborts and awaits its mappers when the loop breaks", async () => {
  const input = new WatchedInput(letters);
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(input, mapper.map, { concurrency: 2 });
  async function readOne(): Promise<string | undefined> {
    for await (const value of stream) return value;
    return undefined;
  }
  const reading = readOne();
  await mapper.finish("a");
  assert.equal(mapper.signals[1]?.aborted, true);
  assert.equal(await isPending(reading), true);
  await mapper.finish("b", "c");
  assert.equal(await reading, "A");
  assert.deepEqual([mapper.running, input.closed], [0, true]);
  assert.deepEqual(await stream.next(), ended);
});

test("streamConcurrent's return() ends a pending next()", async () => {
  const asleep = (_item: string, _index: number, signal: AbortSignal) => sleep(60_000, { signal });
  const stream = streamConcurrent(letters, asleep, { concurrency: 2 });
  const pending = [stream.next(), stream.next()];
  assert.deepEqual(await stream.return?.(), ended);
  assert.deepEqual(await Promise.all(pending), [ended, ended]);
});

test("streamConcurrent pulls nothing if return() comes first", async () => {
  const input = new WatchedInput(letters);
  const stream = streamConcurrent(input, never, { concurrency: 2 });
  await stream.return?.();
  assert.deepEqual(await stream.next(), ended);
  assert.deepEqual(input.pulled, []);
});

test("streamConcurrent takes mappers that return plain values or throw at once", async () => {
  const mapper = (item: string) => {
    if (item === "c") throw new Error("broken");
    return item.toUpperCase();
  };
  const { values, error } = await drain(streamConcurrent(letters, mapper, { concurrency: 2 }));
  assert.deepEqual([values, String(error)], [["A", "B"], "Error: broken"]);
});

test("streamConcurrent takes null, 0, false and undefined as results", async () => {
  const items = [null, 0, false, undefined];
  for (const ordered of [true, false]) {
    assert.deepEqual(await drain(streamConcurrent(items, (item) => item, { concurrency: 2, ordered })), {
      values: items,
    });
  }
});

test("streamConcurrent with ordered: false does not wait for a slow item", async () => {
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(letters, mapper.map, { concurrency: 2, ordered: false });
  for (const item of ["b", "c", "d", "e"]) {
    const next = stream.next();
    await mapper.finish(item);
    assert.deepEqual(await next, { done: false, value: item.toUpperCase() });
  }
  const last = stream.next();
  await mapper.finish("a");
  assert.deepEqual(await last, { done: false, value: "A" });
  assert.deepEqual(await stream.next(), ended);
});

test("streamConcurrent with ordered: false has at most `buffer` results ready", async () => {
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(letters, mapper.map, { concurrency: 3, buffer: 3, ordered: false });
  const first = stream.next();
  await mapper.finish("b");
  assert.deepEqual(await first, { done: false, value: "B" });
  await mapper.finish("d", "c");
  assert.deepEqual(mapper.started, ["a", "b", "c", "d"], "a runs, d and c are ready");
  assert.deepEqual(await stream.next(), { done: false, value: "D" });
  assert.deepEqual(mapper.started, letters);
  await mapper.finish("a", "e");
  assert.deepEqual(await drain(stream), { values: ["C", "A", "E"] });
});

test("streamConcurrent with ordered: false rejects after the results before the failure", async () => {
  const mapper = new LatchedMapper();
  const stream = streamConcurrent(letters, mapper.map, { concurrency: 3, buffer: 5, ordered: false });
  const first = stream.next();
  await mapper.finish("c", "b");
  await mapper.fail("d", "d failed");
  await mapper.finish("a", "e");
  assert.deepEqual(await first, { done: false, value: "C" });
  assert.deepEqual(await drain(stream), { values: ["B"], error: "d failed" });
});
