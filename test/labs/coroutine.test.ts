/** Every check of lab coroutine holds, and has a mutation: code that does not do what the claim says, so that it is ✘. */
import "../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { sleep, type Task } from "../../src/concurrency/index.js";
import * as asyncFor from "../../src/labs/coroutine/async-for.js";
import * as asyncWith from "../../src/labs/coroutine/async-with.js";
import * as awaitables from "../../src/labs/coroutine/awaitables.js";
import * as byHand from "../../src/labs/coroutine/by-hand.js";
import * as cancellation from "../../src/labs/coroutine/cancellation.js";
import type { Check, Group } from "../../src/labs/coroutine/check.js";
import type { Body } from "../../src/labs/coroutine/drive.js";
import * as driver from "../../src/labs/coroutine/driver-checks.js";
import * as kinds from "../../src/labs/coroutine/kinds.js";
import * as order from "../../src/labs/coroutine/order.js";
import * as starts from "../../src/labs/coroutine/starts.js";
import * as switches from "../../src/labs/coroutine/switches.js";
import { thenableOf } from "../../src/labs/coroutine/thenable.js";
import { checkNames, coroutine, groups } from "../../src/labs/coroutine.js";
import { assertFails } from "../support/strict.js";

const { signal } = new AbortController();
type Steps = Generator<unknown, unknown, unknown>;

function* withoutEnd(): Steps {
  for (;;) yield 0;
}

function* deaf(): Generator<unknown, void> {
  for (const text of ["ready", "deaf", "deaf", "deaf"]) yield text;
}

/** A driver that neither throws in nor hands in a result. */
async function forgetfulDrive<T>(body: Body<T>): Promise<T> {
  const steps = body();
  let step = steps.next();
  while (!step.done) {
    await Promise.resolve(step.value).catch(() => {});
    step = steps.next();
  }
  return step.value;
}

/** Each await of it takes two turns. */
async function slowDrive<T>(body: Body<T>): Promise<T> {
  const steps = body();
  let step = steps.next();
  while (!step.done) {
    const value = await step.value;
    await null;
    step = steps.next(value);
  }
  return step.value;
}

const notExiting = async (name: string, log: string[]) => {
  log.push(`${name} enters`);
  return { async [Symbol.asyncDispose]() {} };
};

/** It makes all items at once, and cleans up before the first one is taken. */
async function* eager(log: string[]) {
  for (const item of [1, 2]) log.push(`made ${item}`);
  log.push("cleaned up");
  for (const item of [1, 2]) yield item;
}

/** A break ends it without a clean-up. */
async function* careless(log: string[]) {
  for (const item of [1, 2, 3]) {
    log.push(`made ${item}`);
    yield item;
  }
  log.push("cleaned up");
}

/** A task that is aborted, but not awaited. */
async function abandon<T>(body: Task<T>): Promise<{ error: unknown }> {
  const controller = new AbortController();
  const task = Promise.resolve(body(controller.signal));
  controller.abort();
  task.catch(() => {});
  await null;
  return { error: controller.signal.reason };
}

const waitsForNothing = { ...order.later, immediate: order.later.microtask };

/** The name of a check, and the check with something in it broken. */
const mutations: Record<string, Check["run"]> = {
  function: () => kinds.areFunctions([Promise.resolve(), withoutEnd]),
  "async-function": () => kinds.asyncFunction((value) => typeof value === "function"),
  "async-generator-function": () => kinds.asyncGeneratorFunction(withoutEnd),
  generator: () => kinds.generator((log) => log.push("begun")),
  promise: () => kinds.promise(withoutEnd),

  next: () => byHand.next(withoutEnd),
  "return-value": () => byHand.returnValue(deaf),
  "first-send": () => byHand.firstSend(withoutEnd),
  send: () => byHand.send(deaf),
  throw: () =>
    byHand.throwIn(function* () {
      try {
        yield 1;
      } catch {
        yield "caught another";
      }
    }),
  "throw-through": () =>
    byHand.throwThrough(function* () {
      try {
        yield 1;
      } catch {
        yield "caught";
      }
    }),
  close: () => byHand.close(deaf),
  delegate: () => byHand.delegate((inner) => inner),

  driver: () => driver.driver(forgetfulDrive),
  "driver-error": () => driver.driverError(forgetfulDrive),
  "driver-order": () => driver.driverOrder(slowDrive),

  await: () => awaitables.awaitResult(() => async () => 123), // not called
  "await-operand": () => awaitables.awaitOperand("42"),
  thenable: () => awaitables.thenable((answer) => ({ answer })),
  "thenable-later": () => awaitables.thenableLater((answer) => void answer.then(() => {})),
  "any-value": () => awaitables.anyValue(async (value) => (value as Promise<unknown>).then()), // as Python does
  "await-twice": () => awaitables.awaitTwice(thenableOf), // each await runs the body

  "starts-at-call": () => starts.startsAtCall(async (body) => nextTurn().then(body)),
  "starts-at-await": () => starts.startsAtAwait((body) => body()),
  "never-awaited": () => starts.neverAwaited(() => Promise.resolve()),

  "cancel-at-await": (own) => cancellation.cancelAtAwait(own, async () => {}),
  "cancel-ends": (own) => cancellation.cancelEnds(own, (mine) => sleep(60_000, { signal: mine }).catch(() => {})),
  "cancel-clean-up": (own) => cancellation.cancelCleanUp(own, abandon),
  "cancel-swallowed": (own) => cancellation.cancelSwallowed(own, (mine) => sleep(60_000, { signal: mine })),
  "cancel-between": (signal) =>
    cancellation.cancelBetween(signal, (step, own) => {
      for (; !own.aborted; ) step();
    }),
  "cancel-without-signal": (own) => cancellation.cancelWithoutSignal(own, (mine) => sleep(60_000, { signal: mine })),

  between: () =>
    switches.between(async (step) => {
      for (let count = 0; count < 10; count++) {
        step();
        await null;
      }
    }),
  across: () => switches.across(() => {}),
  settled: () => switches.settled(nextTurn),
  "take-turns": () =>
    switches.takeTurns(async (tasks) => {
      for (const task of tasks) await task();
    }),

  order: () => order.orderInCallback(waitsForNothing),
  "order-after-await": () => order.orderAfterAwait(waitsForNothing),
  "order-after-input": () =>
    order.orderAfterInput({ ...order.later, immediate: (callback) => void setTimeout(callback, 5) }),

  "async-with": () => asyncWith.asyncWith(notExiting),
  "async-with-error": () => asyncWith.asyncWithError(notExiting),
  "async-with-nested": () => asyncWith.asyncWithNested(notExiting),

  "async-for": () => asyncFor.asyncFor(eager),
  "async-for-break": () => asyncFor.asyncForBreak(careless),
  "async-generator-queue": () => asyncFor.asyncGeneratorQueue(eager),
  comprehension: () => asyncFor.comprehension(eager),
  "comprehension-turns": () => asyncFor.comprehensionTurns((work) => Promise.all([1, 2, 3].map(work))),
};

/** The groups with those checks broken. */
function mutated(names: readonly string[]): Group[] {
  const broken = ({ name, claim, run }: Check) => ({
    name,
    claim,
    run: (names.includes(name) && mutations[name]) || run,
  });
  return groups.map(({ title, checks }) => ({ title, checks: checks.map(broken) }));
}

test("coroutine reports every check with its value, all of which hold", async () => {
  const { checks, findings } = await coroutine({}, { signal });
  assert.deepEqual(
    checks.filter(({ holds }) => !holds),
    [],
  );
  assert.deepEqual(
    checks.map(({ name }) => name),
    checkNames,
  );
  assert.deepEqual(
    checks.map(({ name: _name, ...finding }) => finding),
    findings,
  );
  assert.ok(checks.every(({ measured }) => measured.length > 0));
});

test("coroutine has as many mutations as checks", () => {
  assert.deepEqual(Object.keys(mutations).sort(), [...checkNames].sort());
});

for (const name of checkNames) {
  test(`coroutine's check ${name} does not hold once mutated, and --strict ends with 1`, async () => {
    const sound = await coroutine({ only: [name] }, { signal });
    const { checks, findings } = await coroutine({ only: [name] }, { signal }, mutated([name]));
    assert.deepEqual([checks.length, checks[0]?.holds], [1, false], checks[0]?.measured);
    assert.notEqual(checks[0]?.measured, sound.checks[0]?.measured, "the value is a constant");
    assertFails({ findings }, /./);
  });
}

test("coroutine's check between does not hold if no step of ours runs", async () => {
  assert.equal((await switches.between(() => {})).holds, false);
});

test("coroutine's check cancel-between ends on an abort of the lab", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const running = cancellation.cancelBetween(controller.signal, () => controller.abort(reason));
  await assert.rejects(running, (error) => error === reason);
});

test("coroutine runs only the named checks, in their own order", async () => {
  const numbers: number[] = [];
  const { checks } = await coroutine(
    { only: ["order", "send", "next"] },
    { signal, emit: ({ number }) => void numbers.push(number) },
  );
  assert.deepEqual(
    checks.map(({ name }) => name),
    ["next", "send", "order"],
  );
  assert.deepEqual(
    numbers,
    ["next", "send", "order"].map((name) => checkNames.indexOf(name) + 1),
  );
});

test("coroutine rejects with its signal's reason before the next check", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const seen: string[] = [];
  const emit = ({ name }: { name: string }) => {
    seen.push(name);
    if (name === "cancel-at-await") controller.abort(reason);
  };
  await assert.rejects(coroutine({}, { signal: controller.signal, emit }), (error) => error === reason);
  assert.equal(seen.at(-1), "cancel-at-await");
});
