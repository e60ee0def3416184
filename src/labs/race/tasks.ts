/** The race in one thread: tasks take turns at each `await`, so a change with an `await` inside can be torn apart too. */
import { Lock, sleep, taskGroup } from "../../concurrency/index.js";
import type { LabContext, Verdict } from "../lab.js";
import { piecesForATable, piecesOfEach } from "./kitchen.js";
import { type RaceEvent, type Round, type Row, repeat, rowOf, type TaskFix } from "./row.js";
import { verdictOnTasks } from "./verdict.js";

const betweenPausesMs = 5;
const all: readonly TaskFix[] = ["none", "no-await", "lock"];

type Kitchen = Pick<Round, "knives" | "forks" | "counted">;

type Change = (kitchen: Kitchen, pieces: number) => Promise<void> | void;

async function changeAcrossAwait(kitchen: Kitchen, pieces: number): Promise<void> {
  const { knives, forks, counted } = kitchen; // 1. read
  await null; // 2. work; here another task comes in
  Object.assign(kitchen, { knives: knives + pieces, forks: forks + pieces, counted: counted + 1 }); // 3. write back
}

function changeAtOnce(kitchen: Kitchen, pieces: number): void {
  const { knives, forks, counted } = kitchen;
  Object.assign(kitchen, { knives: knives + pieces, forks: forks + pieces, counted: counted + 1 });
}

/** Bots that are tasks. `doneAs`: for one fix they do as they should for another. */
export async function raceTasks(
  { bots, tables, rounds }: { bots: number; tables: number; rounds: number },
  { signal, emit }: LabContext<RaceEvent>,
  doneAs: Partial<Record<TaskFix, TaskFix>> = {},
): Promise<{ rows: Row<TaskFix>[]; verdicts: Verdict[] }> {
  const rows: Row<TaskFix>[] = [];
  const verdicts: Verdict[] = [];
  for (const fix of all) {
    const work = () => round(doneAs[fix] ?? fix, bots, tables, signal);
    const done = await repeat(rounds, work, () => void emit?.({ fix, steps: rounds * all.length }));
    const row = rowOf(fix, bots * tables * 2, done);
    rows.push(row);
    verdicts.push(verdictOnTasks(row, bots, done));
  }
  return { rows, verdicts };
}

/** One round in a fresh kitchen. Cancellation: rejects with `signal.reason` within milliseconds. */
async function round(fix: TaskFix, bots: number, tables: number, signal: AbortSignal): Promise<Round> {
  const kitchen: Kitchen = { knives: piecesOfEach, forks: piecesOfEach, counted: 0 };
  const lock = new Lock();
  const changes: Record<TaskFix, Change> = {
    none: changeAcrossAwait,
    "no-await": changeAtOnce,
    lock: (kitchen, pieces) => lock.use(() => changeAcrossAwait(kitchen, pieces)),
  };
  const pause = pauses(signal);
  const start = performance.now();
  await taskGroup(
    (group) => {
      for (let bot = 0; bot < bots; bot++) group.spawn(() => serve(kitchen, changes[fix], tables, pause));
    },
    { signal },
  );
  return { ...kitchen, ms: performance.now() - start, met: [] };
}

async function serve(kitchen: Kitchen, change: Change, tables: number, pause: Pause): Promise<void> {
  for (let table = 0; table < tables; table++) {
    await change(kitchen, -piecesForATable);
    await change(kitchen, piecesForATable);
    await pause();
  }
}

type Pause = () => Promise<void> | undefined;

/** Gives way to the event loop every 5 ms, else Ctrl-C would never come in. All tasks pause, and go on, at once. */
function pauses(signal: AbortSignal): Pause {
  let last = performance.now();
  let pause: Promise<void> | undefined;
  return () => {
    if (performance.now() - last < betweenPausesMs) return undefined;
    pause ??= sleep(0, { signal }).then(() => {
      last = performance.now();
      pause = undefined;
    });
    return pause;
  };
}
