import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";

type Source = (log: string[]) => AsyncGenerator<number>;

/** An async generator: it awaits and yields. */
async function* countTo3(log: string[]) {
  try {
    for (const item of [1, 2, 3]) {
      await null; // a request, perhaps
      log.push(`made ${item}`);
      yield item;
    }
  } finally {
    await null; // its clean-up may wait too
    log.push("cleaned up");
  }
}

/** The next item is made only when the loop asks for it. */
export async function asyncFor(source: Source = countTo3): Promise<Outcome> {
  const log: string[] = [];
  for await (const item of source(log)) log.push(`got ${item}`);
  const expected = "made 1,got 1,made 2,got 2,made 3,got 3,cleaned up";
  return { measured: log.join(", "), holds: log.join() === expected };
}

/** Python leaves the generator open on a break, until it is collected or aclose() is called. */
export async function asyncForBreak(source: Source = countTo3): Promise<Outcome> {
  const log: string[] = [];
  for await (const item of source(log)) {
    if (item === 2) break;
  }
  log.push("after the loop");
  return { measured: log.join(", "), holds: log.join() === "made 1,made 2,cleaned up,after the loop" };
}

/** Python: RuntimeError, asynchronous generator is already running. */
export async function asyncGeneratorQueue(source: Source = countTo3): Promise<Outcome> {
  const items = source([]);
  const asked = await Promise.all([items.next(), items.next(), items.next()]);
  const values = asked.map(({ value }) => value);
  await items.return(undefined);
  return { measured: `three next() at once gave ${values.join(", ")}`, holds: values.join() === "1,2,3" };
}

/** `[2 * item async for item in source]`. In Node 22 and later: Array.fromAsync(source, (item) => 2 * item). */
export async function comprehension(source: Source = countTo3): Promise<Outcome> {
  const doubled: number[] = [];
  for await (const item of source([])) doubled.push(2 * item);
  return { measured: doubled.join(", "), holds: doubled.join() === "2,4,6" };
}

type Work = (item: number) => Promise<number>;

/** `[await work(item) for item in items]`, beside `await gather(*map(work, items))`. */
export async function comprehensionTurns(each: (work: Work) => Promise<unknown> = oneByOne): Promise<Outcome> {
  const most = async (run: (work: Work) => Promise<unknown>) => {
    const counts = { now: 0, most: 0 };
    await run(async (item) => {
      counts.most = Math.max(counts.most, ++counts.now);
      await null;
      counts.now--;
      return item;
    });
    return counts.most;
  };
  const [ofList, ofAll] = [await most(each), await most((work) => Promise.all([1, 2, 3].map(work)))];
  return { measured: `at most ${ofList} at a time; Promise.all: ${ofAll}`, holds: ofList === 1 && ofAll === 3 };
}

async function oneByOne(work: Work): Promise<number[]> {
  const results: number[] = [];
  for (const item of [1, 2, 3]) results.push(await work(item));
  return results;
}

export const asyncForGroup: Group = {
  title: "async for: for await",
  checks: [
    { name: "async-for", claim: "An async generator makes its next item when it is asked", run: () => asyncFor() },
    { name: "async-for-break", claim: "A break awaits the clean-up of the generator", run: () => asyncForBreak() },
    { name: "async-generator-queue", claim: "Items asked for at once come in turn", run: () => asyncGeneratorQueue() },
    { name: "comprehension", claim: "A list of the items is one loop", run: () => comprehension() },
    {
      name: "comprehension-turns",
      claim: "A list of awaits runs them one at a time, Promise.all at once",
      run: () => comprehensionTurns(),
    },
  ],
};
