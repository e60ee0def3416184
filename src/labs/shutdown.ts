import { gather, streamConcurrent } from "../concurrency/index.js";
import { checkFreeFiles } from "../net/open-files.js";
import { concludeFrom, type Finding, type LabContext, type Undecided, type Verdict } from "./lab.js";
import type { RowName } from "./shutdown/names.js";
import type { EndsByStart, Row } from "./shutdown/row.js";
import * as afterMain from "./shutdown/rows-after-main.js";
import * as bySignal from "./shutdown/rows-by-signal.js";
import { type ProgramEnd, runProgram } from "./shutdown/run-program.js";

export type { RowName } from "./shutdown/names.js";
export type { ProgramEnd } from "./shutdown/run-program.js";

export interface ShutdownOptions {
  /** The rows to run, by name. */
  only: readonly RowName[];
}

/** One program, and how it ended in each way of starting it. */
export interface ShutdownRow {
  name: RowName;
  title: string;
  ends: ProgramEnd[];
}

export interface ShutdownReport {
  seconds: number;
  rows: ShutdownRow[];
  findings: Finding[];
  undecided: Undecided[];
}

/** Every row, in the order of the output. */
export const rows: readonly Row[] = [
  afterMain.allDone,
  afterMain.waits,
  afterMain.cleansUp,
  afterMain.swallows,
  afterMain.spawns,
  bySignal.poolWait,
  bySignal.poolCancelFutures,
  bySignal.poolForce,
  bySignal.firstCtrlC,
  bySignal.secondCtrlC,
  bySignal.sigterm,
];

const rowsAtOnce = 3; // two or three programs each: they mostly wait

/**
 * How a program ends: small programs in child processes, with run(), without it, and with an exit() behind main. Each ends when
 * its main is done, or by real signals. `table` holds the rows (default: all). A program is killed after `limitMs`
 * (default: 60 s).
 *
 * Cancellation: kills the children, waits for their end, and rejects with `signal.reason`.
 */
export async function shutdown(
  { only }: ShutdownOptions,
  { signal, emit }: LabContext<ShutdownRow>,
  { table = rows, limitMs = 60_000 }: { table?: readonly Row[]; limitMs?: number } = {},
): Promise<ShutdownReport> {
  checkFreeFiles();
  const begun = performance.now();
  const results: ShutdownRow[] = [];
  const verdicts: Verdict[] = [];
  const wanted = table.filter(({ name }) => only.includes(name));
  const done = streamConcurrent(wanted, (row, _index, own) => endsOf(row, own, limitMs), {
    concurrency: rowsAtOnce,
    signal,
  });
  for await (const { row, ends } of done) {
    const { name, title } = row;
    const result = { name, title, ends };
    results.push(result);
    await emit?.(result);
    verdicts.push(verdictOn(row, ends));
  }
  return { seconds: (performance.now() - begun) / 1000, rows: results, ...concludeFrom(verdicts) };
}

/** Start the program of a row in each of its ways at once. */
async function endsOf(row: Row, signal: AbortSignal, limitMs: number): Promise<{ row: Row; ends: ProgramEnd[] }> {
  const tasks = row.starts.map((start) => (own: AbortSignal) => runProgram(row, start, { signal: own, limitMs }));
  return { row, ends: await gather(tasks, { signal }) };
}

/** A program whose end never began, or that another program has killed, has shown nothing. */
function verdictOn({ claim, measured, holds, signals }: Row, ends: readonly ProgramEnd[]): Verdict {
  if (ends.some(({ ms }) => ms === null)) {
    return { claim, measured: "a program did not come to the begin of its end", holds: undefined };
  }
  const isOurs = ({ cutOff, signal }: ProgramEnd) =>
    cutOff || signal === null || signals.some((sent) => sent.signal === signal);
  const killed = ends.find((end) => !isOurs(end));
  if (killed) return { claim, measured: `${killed.signal} ended a program; the lab had not sent it`, holds: undefined };
  const byStart = Object.fromEntries(ends.map((end) => [end.start, end])) as EndsByStart;
  return { claim, measured: measured(byStart), holds: holds(byStart) };
}
