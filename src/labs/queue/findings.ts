import { counted } from "../../text/counted.js";
import { itemAt } from "../items.js";
import type { Finding } from "../lab.js";
import type { Load, LoadRun } from "./run-load.js";

/** The claims on a run through a queue of `maxSize`. There is none on a bound that was never reached. */
export function boundedFindings(run: LoadRun, load: Load & { maxSize: number }): Finding[] {
  return [...boundFinding(run, load), joinFinding(run, load), onceFinding(run, load), endFinding(run, load)];
}

function boundFinding({ peak, waits }: LoadRun, { maxSize }: { maxSize: number }): Finding[] {
  if (waits === 0 && peak <= maxSize) return [];
  return [
    {
      claim: `The producers are never more than ${counted(maxSize, "item")} ahead of the workers`,
      measured: `at most ${counted(peak, "item")} in the queue; put() waited ${counted(waits, "time")} for room`,
      holds: peak <= maxSize,
    },
  ];
}

function joinFinding({ doneAtJoin }: LoadRun, { items }: Load): Finding {
  return {
    claim: "join() returns after the last taskDone(), not before",
    measured:
      doneAtJoin === undefined
        ? "join() did not return: the workers had gone"
        : `${doneAtJoin} of ${counted(items, "item")} done when it returned`,
    holds: doneAtJoin === items,
  };
}

function onceFinding({ handled: { never, once, again } }: LoadRun, { items }: Load): Finding {
  return {
    claim: "Each item is handled once, falsy ones too",
    measured: `${once} of ${counted(items, "item")} once, ${never} never, ${again} again; the first: ${firstItems(items)}`,
    holds: once === items,
  };
}

function firstItems(items: number): string {
  return Array.from({ length: Math.min(items, 4) }, (_, n) => JSON.stringify(itemAt(n))).join(", ");
}

function endFinding({ ends }: LoadRun, { workers }: Load): Finding {
  return {
    claim: "The workers end by shutdown(), not by a sentinel",
    measured: `${ends.after} of ${workers} ended within ${ends.ms.toFixed(1)} ms of it, ${ends.before} before it`,
    holds: ends.after === workers,
  };
}

/** The same load without a bound. No claim for a load that hardly fills the bounded queue. */
export function unboundedFinding(
  { peak }: LoadRun,
  { items, workers, maxSize }: Load & { maxSize: number },
): Finding[] {
  if (items < 2 * (workers + maxSize)) return [];
  return [
    {
      claim: "Without a bound the same load piles up in the queue",
      measured: `at most ${counted(peak, "item")} in it, ${(peak / maxSize).toFixed(1)} times --max-size`,
      holds: peak > maxSize,
    },
  ];
}
