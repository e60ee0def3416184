import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";

type Start = (body: () => Promise<void>) => PromiseLike<void>;

/** The body of an async function runs up to its first await within the call. */
export async function startsAtCall(call: Start = (body) => body()): Promise<Outcome> {
  const log: string[] = [];
  const running = call(async () => void log.push("body"));
  log.push("called");
  await running;
  return { measured: log.join(", then "), holds: log.join() === "body,called" };
}

/** A coroutine of Python runs nothing before its first await. A lazy thenable does the same here. */
export async function startsAtAwait(call: Start = lazy): Promise<Outcome> {
  const log: string[] = [];
  const waiting = call(async () => void log.push("body"));
  log.push("called");
  await null;
  log.push("awaited");
  await waiting;
  return { measured: log.join(", then "), holds: log.join() === "called,awaited,body" };
}

function lazy(body: () => Promise<void>): PromiseLike<void> {
  let running: Promise<void> | undefined;
  return {
    // biome-ignore lint/suspicious/noThenProperty: its first call starts the body
    then(...callbacks) {
      running ??= body();
      return running.then(...callbacks);
    },
  };
}

/** Python: RuntimeWarning, coroutine was never awaited; its body never runs. */
export async function neverAwaited(call: Start = (body) => body()): Promise<Outcome> {
  let steps = 0;
  void call(async () => {
    steps++;
    await null;
    steps++;
  });
  for (let turn = 0; turn < 3; turn++) await null;
  return { measured: `${steps} of 2 steps ran`, holds: steps === 2 };
}

export const starts: Group = {
  title: "Where Node differs: the start",
  checks: [
    { name: "starts-at-call", claim: "An async function starts when it is called", run: () => startsAtCall() },
    {
      name: "starts-at-await",
      claim: "An object that starts at its await, as Python's coroutine, can be made",
      run: () => startsAtAwait(),
    },
    { name: "never-awaited", claim: "A call that nobody awaits runs to its end", run: () => neverAwaited() },
  ],
};
