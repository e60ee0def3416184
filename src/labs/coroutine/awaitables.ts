import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";
import { thenableOf } from "./thenable.js";

async function f() {
  return 123;
}

/** The notes' `result = await f()`. */
export async function awaitResult(call: () => unknown = f): Promise<Outcome> {
  const result = await call();
  return { measured: `${result}`, holds: result === 123 };
}

/** An `await` without a value is refused before anything runs, as in Python. */
export function awaitOperand(source = "await"): Outcome {
  const AsyncFunction = f.constructor as FunctionConstructor;
  try {
    AsyncFunction(source); // compiled, never called
    return { measured: `"${source}" is compiled`, holds: false };
  } catch (error) {
    return { measured: `"${source}": ${error}`, holds: error instanceof SyntaxError };
  }
}

/** Python asks an object for `__await__()`, Node for `then()`. */
export async function thenable(make: (answer: () => number) => unknown = thenableOf): Promise<Outcome> {
  const result = await make(() => 123);
  return { measured: `${typeof result} ${result}`, holds: result === 123 };
}

/** An await calls then() in a later turn, never within the step that awaits. */
export async function thenableLater(start: (answer: PromiseLike<unknown>) => void = awaitIt): Promise<Outcome> {
  const log: string[] = [];
  start(thenableOf(() => log.push("then() called")));
  log.push("our step ended");
  await null;
  return { measured: log.join(", "), holds: log.join() === "our step ended,then() called" };
}

async function awaitIt(answer: PromiseLike<unknown>): Promise<void> {
  await answer;
}

/** Python: TypeError, object int can't be used in 'await' expression. */
export async function anyValue(awaited: (value: unknown) => Promise<unknown> = async (value) => await value) {
  const results = [];
  for (const value of [123, "text", null]) results.push(await awaited(value).catch((error) => `${error}`));
  return { measured: results.map(String).join(", "), holds: results.join() === [123, "text", null].join() };
}

/** Python: RuntimeError, cannot reuse already awaited coroutine. */
export async function awaitTwice(call: (body: () => number) => PromiseLike<number> = once): Promise<Outcome> {
  let runs = 0;
  const answer = call(() => ++runs);
  const sum = (await answer) + (await answer);
  return { measured: `sum of two awaits: ${sum}; runs of the body: ${runs}`, holds: runs === 1 && sum === 2 };
}

async function once(body: () => number) {
  return body();
}

export const awaitables: Group = {
  title: "Awaitables",
  checks: [
    { name: "await", claim: "await gives the value that the async function returns", run: () => awaitResult() },
    { name: "await-operand", claim: "await always takes a value", run: () => awaitOperand() },
    { name: "thenable", claim: "An object with then() is an awaitable", run: () => thenable() },
    { name: "thenable-later", claim: "An await calls then() after our step", run: () => thenableLater() },
    { name: "any-value", claim: "A value that is no awaitable can be awaited in Node", run: () => anyValue() },
    { name: "await-twice", claim: "A promise can be awaited twice, its body runs once", run: () => awaitTwice() },
  ],
};
