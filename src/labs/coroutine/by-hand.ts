import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";

type Steps = Generator<unknown, unknown, unknown>;

function* countUp(): Steps {
  let count = 0; // lives on while the function is suspended
  while (count < 2) yield ++count;
  return 123;
}

/** A generator is suspended at its yield, with its variables. */
export function next(make: () => Steps = countUp): Outcome {
  const steps = make();
  const seen = [steps.next().value, "between", steps.next().value];
  return { measured: seen.join(", "), holds: seen.join() === "1,between,2" };
}

/** A coroutine of Python raises StopIteration, with the value 123. */
export function returnValue(make: () => Steps = countUp): Outcome {
  const steps = make();
  let end = steps.next();
  while (!end.done) end = steps.next();
  return { measured: `done: ${end.done}, value: ${end.value}`, holds: end.value === 123 };
}

/** It is where Python insists on send(None). */
export function firstSend(echo: () => Steps = echoTwice): Outcome {
  const steps = echo();
  const first = steps.next("lost").value;
  const second = steps.next("kept").value;
  return { measured: `first ${first}, then ${second}`, holds: first === "ready" && second === "kept" };
}

/** A yield has the value that next() was called with: coro.send(). */
export function send(echo: () => Steps = echoTwice): Outcome {
  const steps = echo();
  steps.next();
  const got = [steps.next("a").value, steps.next("b").value];
  return { measured: `sent a and b, came back: ${got.join(" and ")}`, holds: got.join() === "a,b" };
}

function* echoTwice(): Generator<unknown, void, unknown> {
  const a = yield "ready";
  const b = yield a;
  yield b;
}

/** coro.throw(): this is how asyncio cancels a task. */
export function throwIn(make: () => Steps = catchOne): Outcome {
  const steps = make();
  steps.next();
  const { value } = steps.throw(new Error("blah"));
  return { measured: `the generator went on with: ${value}`, holds: value === "caught blah" };
}

function* catchOne(): Generator<unknown, void, unknown> {
  try {
    yield "waiting";
  } catch (error) {
    yield `caught ${(error as Error).message}`;
  }
}

/** The notes' `coro.throw(Exception, 'blah')` on a body without a `try`. */
export function throwThrough(make: () => Steps = countUp): Outcome {
  const steps = make();
  steps.next();
  let out: unknown = "nothing";
  try {
    steps.throw(new Error("blah"));
  } catch (error) {
    out = (error as Error).message;
  }
  const { done } = steps.next();
  return { measured: `came out: ${out}; done: ${done}`, holds: out === "blah" && done === true };
}

/** coro.close(): a GeneratorExit in Python. */
export function close(make: (log: string[]) => Steps = withFinally): Outcome {
  const log: string[] = [];
  const steps = make(log);
  steps.next();
  const { done, value } = steps.return("early");
  return { measured: `ran: ${log.join(", ")}; value: ${value}`, holds: log.join() === "finally" && done === true };
}

function* withFinally(log: string[]): Generator<unknown, void, unknown> {
  try {
    yield 1;
    log.push("the rest");
  } finally {
    log.push("finally");
  }
}

/** `yield from`: coroutines were called so before Python 3.5 had await. */
export function delegate(outer: (inner: Steps) => Steps = passOn): Outcome {
  const steps = outer(countUp());
  const seen = [steps.next().value, steps.next().value, steps.next().value];
  return { measured: `${seen.join(", ")}`, holds: seen.join() === "1,2,inner returned 123" };
}

function* passOn(inner: Steps): Generator<unknown, void, unknown> {
  const value = yield* inner;
  yield `inner returned ${value}`;
}

export const byHand: Group = {
  title: "A generator, stepped by hand",
  checks: [
    { name: "next", claim: "A generator stops at its yield, and next() goes on from there", run: () => next() },
    {
      name: "return-value",
      claim: "The returned 123 comes with done, where Python raises StopIteration",
      run: () => returnValue(),
    },
    { name: "first-send", claim: "The first next() starts the body, and its value is lost", run: () => firstSend() },
    { name: "send", claim: "A value sent in is the value of the yield", run: () => send() },
    { name: "throw", claim: "An error thrown in is caught at the yield", run: () => throwIn() },
    {
      name: "throw-through",
      claim: "An error that is not caught comes out of throw(), and is the end",
      run: () => throwThrough(),
    },
    { name: "close", claim: "return() runs finally, and nothing else of the body", run: () => close() },
    { name: "delegate", claim: "yield* hands the inner steps out, and gets the return value", run: () => delegate() },
  ],
};
