import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import { mapConcurrent, Queue, sleep } from "../../../src/concurrency/index.js";
import { isPending, LatchedMapper, later, turn, WatchedInput } from "../../support/latch.js";

const letters = ["a", "b", "c", "d", "e"];
const never = () => assert.fail("called");

for (const [kind, input] of Object.entries({ "an array": () => letters, "an async iterable": () => later(letters) })) {
  test(`mapConcurrent keeps exactly \`concurrency\` mappers in flight (${kind})`, async () => {
    const mapper = new LatchedMapper();
    const mapping = mapConcurrent(input(), mapper.map, { concurrency: 2 });
    for (const item of letters) {
      for (let i = 0; i < letters.length; i++) await turn();
      const expected = letters.slice(letters.indexOf(item), letters.indexOf(item) + 2);
      assert.equal(mapper.running, expected.length, `in flight while ${item} is`);
      await mapper.finish(item);
    }
    assert.deepEqual(await mapping, ["A", "B", "C", "D", "E"]);
  });
}

test("mapConcurrent keeps the order of its input and gives mappers the index", async () => {
  const mapper = new LatchedMapper();
  const mapping = mapConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3 });
  await mapper.finish("c", "a", "b");
  assert.deepEqual(await mapping, ["A", "B", "C"]);
  assert.deepEqual(mapper.indexes, [0, 1, 2]);
});

test("mapConcurrent of an empty input is [] and calls no mapper", async () => {
  assert.deepEqual(await mapConcurrent([], never, { concurrency: 3 }), []);
  assert.deepEqual(await mapConcurrent(later([]), never, { concurrency: 3 }), []);
});

for (const concurrency of [0, -1, 1.5, Number.NaN]) {
  test(`mapConcurrent refuses a concurrency of ${concurrency}`, async () => {
    const expected = { name: "RangeError", message: new RegExp(`concurrency .* got ${concurrency}`) };
    await assert.rejects(mapConcurrent([], never, { concurrency }), expected);
  });
}

test("mapConcurrent with a concurrency of Infinity starts everything at once", async () => {
  const mapper = new LatchedMapper();
  const mapping = mapConcurrent(letters, mapper.map, { concurrency: Number.POSITIVE_INFINITY });
  assert.deepEqual(mapper.started, letters);
  await mapper.finish(...letters);
  await mapping;
});

test("mapConcurrent stops pulling after a failure, aborts the rest and awaits it", async () => {
  const error = new Error("broken");
  const input = new WatchedInput(letters);
  const mapper = new LatchedMapper();
  const mapping = mapConcurrent(input, mapper.map, { concurrency: 2 });
  mapping.catch(() => {});
  await mapper.fail("b", error);
  assert.deepEqual(input.pulled, ["a", "b"]);
  assert.equal(mapper.signals[0]?.reason, error);
  assert.equal(await isPending(mapping), true);
  await mapper.finish("a");
  await assert.rejects(mapping, (thrown) => thrown === error);
  assert.deepEqual([mapper.started, input.pulled, input.closed], [["a", "b"], ["a", "b"], true]);
});

test("mapConcurrent rejects with the thrown value, even null or undefined", async () => {
  for (const thrown of ["text", null, undefined]) {
    const mapping = mapConcurrent(["a"], () => Promise.reject(thrown), { concurrency: 1 });
    await assert.rejects(mapping, (error) => error === thrown, `thrown: ${thrown}`);
  }
});

test("mapConcurrent stops for a failing input as for a failing mapper", async () => {
  const error = new Error("no more input");
  const mapper = new LatchedMapper();
  function* failing() {
    yield "a";
    throw error;
  }
  for (const input of [failing(), later(failing())]) {
    const mapping = mapConcurrent(input, mapper.map, { concurrency: 2 });
    mapping.catch(() => {});
    await turn();
    await turn();
    assert.equal(mapper.signals.at(-1)?.reason, error);
    await mapper.finish("a");
    await assert.rejects(mapping, (thrown) => thrown === error);
  }
});

for (const step of [5, null, undefined]) {
  test(`mapConcurrent rejects an iterator result of ${step}, and its promise`, async () => {
    for (const next of [() => step, async () => step]) {
      const broken = { [Symbol.asyncIterator]: () => ({ next }) } as unknown as AsyncIterable<number>;
      const mapping = mapConcurrent(broken, async () => {}, { concurrency: 2 });
      await assert.rejects(mapping, { name: "TypeError", message: `iterator result ${step} is no object` });
    }
  });
}

test("mapConcurrent rejects while its input is pending, and takes no later item", async () => {
  const queue = new Queue<string>();
  const mapper = new LatchedMapper();
  const mapping = mapConcurrent(queue, mapper.map, { concurrency: 2 });
  mapping.catch(() => {});
  queue.putNowait("a");
  await mapper.fail("a", new Error("broken"));
  await assert.rejects(mapping, { message: "broken" });
  queue.putNowait("b");
  assert.equal(queue.size, 1);
});

test("mapConcurrent rejects with the first failure in time and drops later ones", async () => {
  const mapper = new LatchedMapper();
  const mapping = mapConcurrent(["a", "b", "c"], mapper.map, { concurrency: 3 });
  mapping.catch(() => {});
  await mapper.fail("b", new Error("first"));
  await mapper.fail("a", new Error("second"));
  await mapper.fail("c", new Error("third"));
  await assert.rejects(mapping, { message: "first" });
});

test("mapConcurrent with settle reports every result and failure in its place", async () => {
  const [first, second] = [new Error("first"), new Error("second")];
  const mapper = new LatchedMapper();
  const mapping = mapConcurrent(["a", "b", "c", "d"], mapper.map, { concurrency: 2, settle: true });
  await mapper.fail("b", first);
  await mapper.finish("c", "a");
  await mapper.fail("d", second);
  assert.deepEqual(await mapping, [
    { status: "fulfilled", value: "A" },
    { status: "rejected", reason: first },
    { status: "fulfilled", value: "C" },
    { status: "rejected", reason: second },
  ]);
  assert.ok(mapper.signals.every((signal) => !signal.aborted));
});

test("mapConcurrent pulls an item only for a free mapper", async () => {
  const input = new WatchedInput(letters);
  const mapper = new LatchedMapper();
  const mapping = mapConcurrent(input, mapper.map, { concurrency: 2 });
  assert.deepEqual(input.pulled, ["a", "b"]);
  await mapper.finish("b");
  assert.deepEqual(input.pulled, ["a", "b", "c"]);
  await mapper.finish("a", "c", "d", "e");
  await mapping;
});

test("mapConcurrent takes strings, sets, generators and promised items", async () => {
  const upper = (letter: string) => letter.toUpperCase();
  const opts = { concurrency: 2 };
  assert.deepEqual(await mapConcurrent(new Set("ab"), upper, opts), ["A", "B"]);
  assert.deepEqual(await mapConcurrent(new WatchedInput("ab"), upper, opts), ["A", "B"]);
  assert.deepEqual(await mapConcurrent([Promise.resolve("a"), "b"], upper, opts), ["A", "B"]);
  assert.deepEqual(await mapConcurrent("ab", upper, opts), ["A", "B"]);
});

test("mapConcurrent rejects and pulls nothing if its signal has aborted", async () => {
  const input = new WatchedInput(letters);
  const signal = AbortSignal.abort("too late");
  const mapping = mapConcurrent(input, never, { concurrency: 2, signal });
  await assert.rejects(mapping, (reason) => reason === "too late");
  assert.deepEqual(input.pulled, []);
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

test("mapConcurrent leaves no listener on a signal that outlives it", async () => {
  const { signal } = new AbortController();
  await mapConcurrent(letters, () => turn(), { concurrency: 2, signal });
  await assert.rejects(mapConcurrent(letters, never, { concurrency: 2, signal }));
  assert.equal(getEventListeners(signal, "abort").length, 0);
});

for (const settle of [false, true]) {
  test(`mapConcurrent stops for an abort and rejects after its mappers (settle: ${settle})`, async () => {
    const input = new WatchedInput(letters);
    const controller = new AbortController();
    const mapper = new LatchedMapper();
    const opts = { concurrency: 2, signal: controller.signal };
    const mapping: Promise<unknown> = settle
      ? mapConcurrent(input, mapper.map, { ...opts, settle })
      : mapConcurrent(input, mapper.map, opts);
    mapping.catch(() => {});
    controller.abort("enough");
    assert.deepEqual(
      mapper.signals.map((signal) => signal.reason),
      ["enough", "enough"],
    );
    await mapper.fail("a", new Error("noise"));
    assert.equal(await isPending(mapping), true);
    await mapper.finish("b");
    await assert.rejects(mapping, (reason) => reason === "enough");
    assert.deepEqual([mapper.started, input.pulled, input.closed], [["a", "b"], ["a", "b"], true]);
  });
}

test("mapConcurrent rejects with the earlier one of a failure and an abort", async () => {
  for (const first of ["failure", "abort"]) {
    const controller = new AbortController();
    const mapper = new LatchedMapper();
    const mapping = mapConcurrent(["a", "b"], mapper.map, { concurrency: 2, signal: controller.signal });
    mapping.catch(() => {});
    if (first === "abort") controller.abort("abort");
    await mapper.fail("a", "failure");
    controller.abort("abort");
    await mapper.finish("b");
    await assert.rejects(mapping, (reason) => reason === first);
  }
});

test("mapConcurrent stops waiting for its input after an abort", async () => {
  const controller = new AbortController();
  const queue = new Queue<string>();
  const mapping = mapConcurrent(queue, never, { concurrency: 2, signal: controller.signal });
  assert.equal(await isPending(mapping), true);
  controller.abort("enough");
  queue.putNowait("a");
  await assert.rejects(mapping, (reason) => reason === "enough");
  assert.equal(queue.size, 1, "the item stays in the queue");
});

test("mapConcurrent starts no item if pulling it aborts the signal", async () => {
  function* aborting(controller: AbortController) {
    controller.abort("enough");
    yield "a";
  }
  for (const input of [aborting, (controller: AbortController) => later(aborting(controller))]) {
    const controller = new AbortController();
    const mapper = new LatchedMapper();
    const mapping = mapConcurrent(input(controller), mapper.map, { concurrency: 2, signal: controller.signal });
    await assert.rejects(mapping, (reason) => reason === "enough");
    await turn();
    assert.deepEqual([mapper.started, mapper.running], [[], 0]);
  }
});

test("mapConcurrent rejects at once if its mappers obey their signal", async () => {
  const controller = new AbortController();
  const asleep = (_item: string, _index: number, signal: AbortSignal) => sleep(60_000, { signal });
  const mapping = mapConcurrent(letters, asleep, { concurrency: 3, signal: controller.signal });
  controller.abort("enough");
  await assert.rejects(mapping, (reason) => reason === "enough");
});

test("mapConcurrent takes mappers that return plain values or throw at once", async () => {
  const mapper = (item: string) => {
    if (item === "b") throw new Error("broken");
    return item.toUpperCase();
  };
  const settled = await mapConcurrent(["a", "b", "c"], mapper, { concurrency: 1, settle: true });
  assert.deepEqual(
    settled.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.message)),
    ["A", "broken", "C"],
  );
  await assert.rejects(mapConcurrent(["a", "b", "c"], mapper, { concurrency: 1 }), { message: "broken" });
});

test("mapConcurrent pulls no further item after a mapper throws at once", async () => {
  const input = new WatchedInput(letters);
  const throws = () => {
    throw new Error("broken");
  };
  const mapping = mapConcurrent(input, throws, { concurrency: 1 });
  await assert.rejects(mapping, { message: "broken" });
  assert.deepEqual(input.pulled, ["a"]);
});
