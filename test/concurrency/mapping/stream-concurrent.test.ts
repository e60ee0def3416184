import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { Queue, sleep, streamConcurrent } from "../../../src/concurrency/index.js";
import { GatedMapper, isPending, later, turn, WatchedInput } from "../../support/gate.js";

const letters = ["a", "b", "c", "d", "e"];
const never = () => assert.fail("called");
const upper = (letter: string) => letter.toUpperCase();
const ended = { done: true, value: undefined };

/** Everything a stream gives, and the error that ended it. */
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
  test(`MAP-01 streamConcurrent keeps exactly \`concurrency\` mappers in flight (${kind})`, async () => {
    const mapper = new GatedMapper();
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

test("MAP-02 streamConcurrent gives results in input order, and each mapper its index", async () => {
  const mapper = new GatedMapper();
  const draining = drain(streamConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3 }));
  await mapper.finish("c", "a", "b");
  assert.deepEqual(await draining, { values: ["A", "B", "C"] });
  assert.deepEqual(mapper.indexes, [0, 1, 2]);
});

test("MAP-03 streamConcurrent of nothing ends at once, and calls no mapper", async () => {
  for (const ordered of [true, false]) {
    assert.deepEqual(await drain(streamConcurrent([], never, { concurrency: 3, ordered })), { values: [] });
    assert.deepEqual(await drain(streamConcurrent(later([]), never, { concurrency: 3, ordered })), { values: [] });
  }
});

for (const count of [0, -1, 1.5, Number.NaN]) {
  test(`MAP-04 streamConcurrent refuses a concurrency or buffer of ${count}, whatever the input`, () => {
    const expected = (option: string) => ({ name: "RangeError", message: new RegExp(`${option} .* got ${count}`) });
    assert.throws(() => streamConcurrent([], never, { concurrency: count }), expected("concurrency"));
    assert.throws(() => streamConcurrent([], never, { concurrency: 1, buffer: count }), expected("buffer"));
  });
}

test("MAP-04 streamConcurrent with a concurrency of Infinity starts everything at once", async () => {
  const mapper = new GatedMapper();
  const draining = drain(streamConcurrent(letters, mapper.map, { concurrency: Number.POSITIVE_INFINITY }));
  assert.deepEqual(mapper.started, letters);
  await mapper.finish(...letters);
  await draining;
});

test("MAP-05 a failure stops streamConcurrent: nothing more is pulled, what runs is aborted and awaited", async () => {
  const error = new Error("broken");
  const input = new WatchedInput(letters);
  const mapper = new GatedMapper();
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

test("MAP-05 streamConcurrent rejects with just what was thrown, even if that is null or undefined", async () => {
  for (const thrown of ["text", null, undefined]) {
    const stream = streamConcurrent(["a"], () => Promise.reject(thrown), { concurrency: 1 });
    await assert.rejects(stream.next(), (error) => error === thrown, `thrown: ${thrown}`);
  }
});

test("MAP-06 of several failures in flight, streamConcurrent gives the first in input order and drops the rest", async () => {
  const mapper = new GatedMapper();
  const draining = drain(streamConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3 }));
  for (const item of ["b", "a", "c"]) await mapper.fail(item, `${item} failed`);
  assert.deepEqual(await draining, { values: [], error: "a failed" });
});

test("MAP-06 of several failures in flight, streamConcurrent with ordered: false gives the first in time", async () => {
  const mapper = new GatedMapper();
  const draining = drain(streamConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3, ordered: false }));
  for (const item of ["b", "a", "c"]) await mapper.fail(item, `${item} failed`);
  assert.deepEqual(await draining, { values: [], error: "b failed" });
});

test("MAP-08 streamConcurrent pulls nothing before the first next(), then an item as a mapper is free for it", async () => {
  const input = new WatchedInput(letters);
  const mapper = new GatedMapper();
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

test("MAP-08 streamConcurrent takes strings, sets, generators and promised items, too", async () => {
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
  test(
    `MAP-12 streamConcurrent works ahead of a slow consumer by \`concurrency\` (ordered: ${ordered})`,
    started(undefined),
  );
  test(
    `MAP-12 streamConcurrent works ahead of a slow consumer by a smaller \`buffer\` (ordered: ${ordered})`,
    started(1),
  );
  test(
    `MAP-12 streamConcurrent works ahead of a slow consumer by a larger \`buffer\` (ordered: ${ordered})`,
    started(5),
  );
}

test("MAP-12 streamConcurrent counts what runs towards the buffer, not only what is ready", async () => {
  const mapper = new GatedMapper();
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

test("MAP-13 streamConcurrent gives the results before a failing item first, then its error, and none after it", async () => {
  const mapper = new GatedMapper();
  const draining = drain(streamConcurrent(letters, mapper.map, { concurrency: 3 }));
  await mapper.fail("c", "c failed");
  assert.deepEqual(
    mapper.signals.map((signal) => signal.aborted),
    [false, false, false],
    "what comes before the failure may finish",
  );
  await mapper.finish("b", "a");
  assert.deepEqual(await draining, { values: ["A", "B"], error: "c failed" });
  assert.deepEqual(mapper.started, ["a", "b", "c"]);
});

test("MAP-13 streamConcurrent gives the results before a failure of the input first, then its error", async () => {
  function* failing() {
    yield* ["a", "b"];
    throw new Error("no more input");
  }
  for (const input of [failing(), later(failing())]) {
    const { values, error } = await drain(streamConcurrent(input, upper, { concurrency: 3 }));
    assert.deepEqual([values, String(error)], [["A", "B"], "Error: no more input"]);
  }
});

test("MAP-15 streamConcurrent with an aborted signal rejects with its reason, pulls and maps nothing", async () => {
  const input = new WatchedInput(letters);
  const signal = AbortSignal.abort("too late");
  const stream = streamConcurrent(input, never, { concurrency: 2, signal });
  await assert.rejects(stream.next(), (reason) => reason === "too late");
  assert.deepEqual(input.pulled, []);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("MAP-15 streamConcurrent leaves no listener on a signal that outlives it", async () => {
  const { signal } = new AbortController();
  const opts = { concurrency: 2, signal };
  await drain(streamConcurrent(letters, upper, opts));
  await drain(streamConcurrent(letters, never, opts));
  for await (const _ of streamConcurrent(letters, upper, opts)) break;
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

for (const ordered of [true, false]) {
  test(`MAP-16 an abort stops streamConcurrent, which rejects once its mappers are done (ordered: ${ordered})`, async () => {
    const input = new WatchedInput(letters);
    const controller = new AbortController();
    const mapper = new GatedMapper();
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

test("MAP-16 streamConcurrent aborted between two next() stops at once, and tells the second", async () => {
  const controller = new AbortController();
  const mapper = new GatedMapper();
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

test("MAP-16 an abort ends streamConcurrent's wait for its input", async () => {
  const controller = new AbortController();
  const queue = new Queue<string>();
  const next = streamConcurrent(queue, never, { concurrency: 2, signal: controller.signal }).next();
  assert.equal(await isPending(next), true);
  controller.abort("enough");
  queue.putNowait("a");
  await assert.rejects(next, (reason) => reason === "enough");
  assert.equal(queue.size, 1, "the item stays in the queue");
});

test("MAP-16 an abort by the input itself: streamConcurrent does not start the item that was being pulled", async () => {
  function* aborting(controller: AbortController) {
    controller.abort("enough");
    yield "a";
  }
  for (const input of [aborting, (controller: AbortController) => later(aborting(controller))]) {
    const controller = new AbortController();
    const mapper = new GatedMapper();
    const stream = streamConcurrent(input(controller), mapper.map, { concurrency: 2, signal: controller.signal });
    await assert.rejects(stream.next(), (reason) => reason === "enough");
    await turn();
    assert.deepEqual([mapper.started, mapper.running], [[], 0]);
  }
});

test("MAP-16 leaving the loop over streamConcurrent aborts what runs, awaits it and closes the input", async () => {
  const input = new WatchedInput(letters);
  const mapper = new GatedMapper();
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

test("MAP-16 return() of streamConcurrent does not hang behind a pending next(), which ends", async () => {
  const asleep = (_item: string, _index: number, signal: AbortSignal) => sleep(60_000, { signal });
  const stream = streamConcurrent(letters, asleep, { concurrency: 2 });
  const pending = [stream.next(), stream.next()];
  assert.deepEqual(await stream.return?.(), ended);
  assert.deepEqual(await Promise.all(pending), [ended, ended]);
});

test("MAP-16 streamConcurrent that was left before it began pulls nothing", async () => {
  const input = new WatchedInput(letters);
  const stream = streamConcurrent(input, never, { concurrency: 2 });
  await stream.return?.();
  assert.deepEqual(await stream.next(), ended);
  assert.deepEqual(input.pulled, []);
});

test("MAP-17 streamConcurrent takes mappers that return a plain value or throw at once", async () => {
  const mapper = (item: string) => {
    if (item === "c") throw new Error("broken");
    return item.toUpperCase();
  };
  const { values, error } = await drain(streamConcurrent(letters, mapper, { concurrency: 2 }));
  assert.deepEqual([values, String(error)], [["A", "B"], "Error: broken"]);
});

test("MAP-17 null, 0, false and undefined are results of streamConcurrent like any other", async () => {
  const items = [null, 0, false, undefined];
  for (const ordered of [true, false]) {
    assert.deepEqual(await drain(streamConcurrent(items, (item) => item, { concurrency: 2, ordered })), {
      values: items,
    });
  }
});

test("MAP-21 with ordered: false, streamConcurrent lets one slow item hold up nobody", async () => {
  const mapper = new GatedMapper();
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

test("MAP-21 with ordered: false, streamConcurrent never has more than `buffer` results ready", async () => {
  const mapper = new GatedMapper();
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

test("MAP-21 with ordered: false, a failure of streamConcurrent comes out after what finished before it", async () => {
  const mapper = new GatedMapper();
  const stream = streamConcurrent(letters, mapper.map, { concurrency: 3, buffer: 5, ordered: false });
  const first = stream.next();
  await mapper.finish("c", "b");
  await mapper.fail("d", "d failed");
  await mapper.finish("a", "e");
  assert.deepEqual(await first, { done: false, value: "C" });
  assert.deepEqual(await drain(stream), { values: ["B"], error: "d failed" });
});
