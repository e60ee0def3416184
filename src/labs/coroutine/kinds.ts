import { types } from "node:util";
import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";

async function f() {
  return 123;
}

function* g() {
  yield 123;
}

async function* h() {
  yield 123;
}

/** `type(f)` and `type(g)`: the keyword does not make another type. */
export function areFunctions(values: readonly unknown[] = [f, g]): Outcome {
  const kinds = values.map((value) => typeof value);
  return {
    measured: `typeof f: ${kinds[0]}, typeof g: ${kinds[1]}`,
    holds: kinds.every((kind) => kind === "function"),
  };
}

/** `inspect.iscoroutinefunction(f)`: it looks at how the function was written. */
export function asyncFunction(isAsync: (value: unknown) => boolean = types.isAsyncFunction): Outcome {
  const plain = () => f();
  const [ofF, ofG, ofPlain] = [isAsync(f), isAsync(g), isAsync(plain)];
  return {
    measured: `async function ${ofF}, generator function ${ofG}, plain function with a promise ${ofPlain}`,
    holds: ofF && !ofG && !ofPlain,
  };
}

/** Python tells the two apart, by isasyncgenfunction(). */
export function asyncGeneratorFunction(made: () => unknown = h): Outcome {
  const [isAsync, isGenerator] = [types.isAsyncFunction(made), types.isGeneratorFunction(made)];
  return { measured: `isAsyncFunction ${isAsync}, isGeneratorFunction ${isGenerator}`, holds: isAsync && isGenerator };
}

/** `type(g())` is generator. */
export function generator(call: (log: string[]) => unknown = numbers): Outcome {
  const log: string[] = [];
  const made = call(log);
  const isGenerator = types.isGeneratorObject(made);
  return {
    measured: `a generator: ${isGenerator}; steps of its body: ${log.length}`,
    holds: isGenerator && log.length === 0,
  };
}

function* numbers(log: string[]) {
  log.push("begun");
  yield 123;
}

/** `inspect.iscoroutine(f())` against `inspect.iscoroutine(f)`. */
export function promise(called: () => unknown = f): Outcome {
  const [ofFunction, ofCall] = [types.isPromise(called), types.isPromise(called())];
  return { measured: `isPromise(f) ${ofFunction}, isPromise(f()) ${ofCall}`, holds: !ofFunction && ofCall };
}

export const kinds: Group = {
  title: "Kinds of functions",
  checks: [
    { name: "function", claim: "An async function and a generator function are functions", run: () => areFunctions() },
    {
      name: "async-function",
      claim: "isAsyncFunction() tells an async function from the others",
      run: () => asyncFunction(),
    },
    {
      name: "async-generator-function",
      claim: "An async generator function counts as both kinds in Node",
      run: () => asyncGeneratorFunction(),
    },
    { name: "generator", claim: "The call of a generator function runs none of its body", run: () => generator() },
    { name: "promise", claim: "The call of an async function gives a promise", run: () => promise() },
  ],
};
