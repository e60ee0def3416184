import { asyncForGroup } from "./coroutine/async-for.js";
import { asyncWithGroup } from "./coroutine/async-with.js";
import { awaitables } from "./coroutine/awaitables.js";
import { byHand } from "./coroutine/by-hand.js";
import { cancellation } from "./coroutine/cancellation.js";
import type { Group } from "./coroutine/check.js";
import { driving } from "./coroutine/driver-checks.js";
import { kinds } from "./coroutine/kinds.js";
import { order } from "./coroutine/order.js";
import { starts } from "./coroutine/starts.js";
import { switches } from "./coroutine/switches.js";
import type { Finding, LabContext } from "./lab.js";

/** All checks, in the order in which they run. */
export const groups: readonly Group[] = [
  kinds,
  byHand,
  driving,
  awaitables,
  starts,
  cancellation,
  switches,
  order,
  asyncWithGroup,
  asyncForGroup,
];

export const checkNames = groups.flatMap(({ checks }) => checks.map(({ name }) => name));

export interface CoroutineOptions {
  /** The names of the checks to run. Default: all of them. */
  only?: readonly string[] | undefined;
}

export interface CheckResult extends Finding {
  name: string;
}

export interface CoroutineReport {
  checks: CheckResult[];
  findings: Finding[];
}

/** A check that has run, its number among all, and the title of its group. */
export interface CheckEvent extends CheckResult {
  number: number;
  title: string;
}

/**
 * The notes on coroutines and await, claim by claim. Each check runs a few lines of code, and reports the
 * value that it saw. `all`: the checks (default: those of this folder).
 */
export async function coroutine(
  { only }: CoroutineOptions,
  { signal, emit }: LabContext<CheckEvent>,
  all: readonly Group[] = groups,
): Promise<CoroutineReport> {
  const checks: CheckResult[] = [];
  let number = 0;
  for (const { title, checks: ofGroup } of all) {
    for (const { name, claim, run } of ofGroup) {
      number++;
      if (only && !only.includes(name)) continue;
      signal.throwIfAborted();
      const { measured, holds } = await run(signal);
      checks.push({ name, claim, measured, holds });
      emit?.({ name, claim, measured, holds, number, title });
    }
  }
  return { checks, findings: checks.map(({ claim, measured, holds }) => ({ claim, measured, holds })) };
}
