import type { Outcome } from "../lab.js";

interface Future<T> {
  promise: Promise<T>;
  resolve(value: T): void;
}

/** Promise.withResolvers() of Node 22. */
function openPromise<T>(): Future<T> {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((own) => {
    resolve = own;
  });
  return { promise, resolve };
}

/** Tier 3: a result that somebody else sets. asyncio's set_result() raises InvalidStateError the second time. */
export async function future(make: () => Future<number> = openPromise): Promise<Outcome> {
  const { promise, resolve } = make();
  const waiter = promise.then((value) => `the waiter got ${value}`);
  resolve(42);
  resolve(43);
  const seen = await waiter;
  return { measured: `set to 42, then to 43: ${seen}`, holds: seen === "the waiter got 42" };
}
