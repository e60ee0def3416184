import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";

type Enter = (name: string, log: string[]) => Promise<AsyncDisposable>;

/** `__aenter__` and `__aexit__`: both may wait. TypeScript makes a helper of each `await using`, which Node has from 24 on. */
const enter: Enter = async (name, log) => {
  log.push(`${name} enters`);
  return {
    async [Symbol.asyncDispose]() {
      await null;
      log.push(`${name} exits`);
    },
  };
};

/** The block is left only after its exit has been awaited. */
export async function asyncWith(open: Enter = enter): Promise<Outcome> {
  const log: string[] = [];
  {
    await using _a = await open("a", log);
    log.push("body");
  }
  log.push("after");
  return { measured: log.join(", "), holds: log.join() === "a enters,body,a exits,after" };
}

/** The error goes on once the exit is done. */
export async function asyncWithError(open: Enter = enter): Promise<Outcome> {
  const log: string[] = [];
  try {
    await using _a = await open("a", log);
    throw new Error("blah");
  } catch (error) {
    log.push(`caught ${(error as Error).message}`);
  }
  return { measured: log.join(", "), holds: log.join() === "a enters,a exits,caught blah" };
}

/** Two of them, as the notes' session and its response: the last one in is the first one out. */
export async function asyncWithNested(open: Enter = enter): Promise<Outcome> {
  const log: string[] = [];
  {
    await using _session = await open("session", log);
    await using _response = await open("response", log);
  }
  const expected = "session enters,response enters,response exits,session exits";
  return { measured: log.join(", "), holds: log.join() === expected };
}

export const asyncWithGroup: Group = {
  title: "async with: await using",
  checks: [
    { name: "async-with", claim: "The exit is awaited before the next statement", run: () => asyncWith() },
    { name: "async-with-error", claim: "After an error too, and then the error goes on", run: () => asyncWithError() },
    { name: "async-with-nested", claim: "Of two, the inner one exits first", run: () => asyncWithNested() },
  ],
};
