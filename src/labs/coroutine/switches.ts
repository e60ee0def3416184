import { sleep } from "../../concurrency/index.js";
import { counted } from "../../text/counted.js";
import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";
import { ForeignSteps } from "./foreign-steps.js";

const ourSteps = 100_000;
const settledAwaits = 1000;

/** Between two awaits a task has the thread to itself: no lock is needed. */
export async function between(run: (step: () => void) => void | Promise<void> = inOneGo): Promise<Outcome> {
  await using foreign = new ForeignSteps();
  let before = foreign.sum;
  let [ours, seen] = [0, 0];
  await run(() => {
    ours++;
    seen += foreign.sum - before;
    before = foreign.sum;
  });
  await sleep(0);
  const isFollowed = foreign.sum > before; // the others were there, and waited
  return {
    measured: `${counted(seen, "foreign step")} in ${ours.toLocaleString("en")} of ours, ${isFollowed ? "some" : "none"} behind them`,
    holds: seen === 0 && ours === ourSteps && isFollowed,
  };
}

function inOneGo(step: () => void): void {
  for (let count = 0; count < ourSteps; count++) step();
}

/** Across an await, the variables that tasks share may have changed. */
export async function across(wait: () => unknown = () => sleep(0)): Promise<Outcome> {
  await using foreign = new ForeignSteps();
  const before = foreign.turns;
  await wait();
  const steps = foreign.turns - before;
  return { measured: `foreign steps across one await: ${steps}`, holds: steps > 0 };
}

/** Python goes straight on: a coroutine that does not suspend lets nobody in. Node lets microtasks in, but not the loop. */
export async function settled(wait: () => unknown = () => Promise.resolve()): Promise<Outcome> {
  await using foreign = new ForeignSteps();
  let awaits = 0;
  for (; awaits < settledAwaits; awaits++) await wait();
  const { micro, turns } = foreign;
  return {
    measured: `across ${awaits} awaits: ${counted(micro, "foreign step")} in microtasks, ${turns} in turns of the loop`,
    holds: awaits === settledAwaits && micro >= awaits - 1 && turns === 0,
  };
}

type Start = (tasks: readonly (() => Promise<void>)[]) => Promise<unknown>;

/** The awaits alone decide which task runs. */
export async function takeTurns(start: Start = (tasks) => Promise.all(tasks.map((task) => task()))): Promise<Outcome> {
  const log: string[] = [];
  const task = async (name: string) => {
    for (const step of [1, 2, 3]) {
      log.push(`${name}${step}`);
      await null; // here, and only here, the other one goes on
    }
  };
  await start([() => task("a"), () => task("b")]);
  return { measured: log.join(" "), holds: log.join(" ") === "a1 b1 a2 b2 a3 b3" };
}

export const switches: Group = {
  title: "Visible switches",
  checks: [
    { name: "between", claim: "Between two awaits nobody else runs", run: () => between() },
    { name: "across", claim: "Across an await that waits, others run", run: () => across() },
    {
      name: "settled",
      claim: "An await of a settled promise lets other tasks in, but not the loop",
      run: () => settled(),
    },
    { name: "take-turns", claim: "Two tasks take turns at their awaits, step by step", run: () => takeTurns() },
  ],
};
