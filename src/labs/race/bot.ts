/** The main program of a bot's thread. It serves tables until the thread is terminated. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type Change, change, changeAtomically, changeUnderLock } from "./changes.js";
import { type Kitchen, lastBot, latch, piecesForATable } from "./kitchen.js";
import { Owner } from "./owner.js";
import type { Fix } from "./row.js";

export interface BotData {
  /** From 0. Bot 0 is the forgetful one. */
  bot: number;
  /** To the owner of the kitchen. */
  owner: MessagePort;
}

export interface Order {
  kitchen: Kitchen;
  fix: Fix;
  tables: number;
}

/** A bot reports when it has started, when it waits at the latch of a kitchen, and when its last table is done. */
export interface BotReport {
  /** How often another bot had served a table since this one's last. */
  met: number;
}

type Changes = Record<Fix, Change>;

/** Take orders from the thread that has started this one. `ownChanges` replaces changes: tests break one. */
export function runBot(ownChanges: Partial<Changes> = {}): void {
  const { bot, owner: port }: BotData = workerData;
  const report = (met: number) => parentPort?.postMessage({ met } satisfies BotReport);
  parentPort?.on("message", ({ kitchen, fix, tables }: Order) => {
    const owner = new Owner(port, kitchen, bot);
    const changes = { ...changesOf(bot, owner), ...ownChanges };
    report(0);
    Atomics.wait(kitchen, latch, 0);
    const met = serve(kitchen, bot, changes[fix], tables);
    owner.finish();
    report(met);
  });
  report(0);
}

function changesOf(bot: number, owner: Owner): Changes {
  return {
    none: change,
    lock: changeUnderLock,
    atomic: changeAtomically,
    single: (_kitchen, pieces) => owner.change(pieces),
    forgotten: bot === 0 ? change : changeUnderLock,
  };
}

/** Each table takes knives and forks, and gives them back. Returns how often another bot had been there meanwhile. */
function serve(kitchen: Kitchen, bot: number, changeKitchen: Change, tables: number): number {
  let met = 0;
  for (let table = 0; table < tables; table++) {
    changeKitchen(kitchen, -piecesForATable);
    changeKitchen(kitchen, piecesForATable);
    if (Atomics.exchange(kitchen, lastBot, bot) !== bot && table > 0) met++;
  }
  return met;
}
