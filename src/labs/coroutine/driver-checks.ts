import type { Outcome } from "../lab.js";
import type { Group } from "./check.js";
import { type Body, drive } from "./drive.js";
import { thenableOf } from "./thenable.js";

type Drive = <T>(body: Body<T>) => Promise<T>;

/** The driver takes the part of await and create_task(). */
export async function driver(run: Drive = drive): Promise<Outcome> {
  const value = await run(function* () {
    const a = yield Promise.resolve(100);
    const b = yield 23;
    return Number(a) + Number(b);
  });
  return { measured: `${value}`, holds: value === 123 };
}

/** A promise that rejects is an error thrown in at the yield. */
export async function driverError(run: Drive = drive): Promise<Outcome> {
  const value = await run(function* () {
    try {
      yield Promise.reject(new Error("blah"));
    } catch (error) {
      return `caught ${(error as Error).message}`;
    }
    return "went on";
  });
  return { measured: value, holds: value === "caught blah" };
}

/** Two tasks take turns: one native, one driven. The values that they await are of every kind. */
export async function driverOrder(run: Drive = drive): Promise<Outcome> {
  const log: string[] = [];
  const values = [null, Promise.resolve(), thenableOf(() => 123)];
  async function native() {
    for (const value of values) {
      log.push("native");
      await value;
    }
  }
  function* driven() {
    for (const value of values) {
      log.push("driven");
      yield value;
    }
  }
  const ends = [native().then(() => log.push("native ends")), run(driven).then(() => log.push("driven ends"))];
  await Promise.all(ends);
  const turns = "native,driven,native,driven,native,driven,native ends,driven ends";
  return { measured: log.join(", "), holds: log.join() === turns };
}

export const driving: Group = {
  title: "A driver, in a few lines",
  checks: [
    { name: "driver", claim: "It makes an async function of a generator: yield is await", run: () => driver() },
    { name: "driver-error", claim: "A promise that rejects throws at its yield", run: () => driverError() },
    { name: "driver-order", claim: "Its switches come in the order of native ones", run: () => driverOrder() },
  ],
};
