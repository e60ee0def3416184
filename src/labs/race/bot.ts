/** The main file of a bot's thread. It serves tables until it is terminated. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { type Change, change, changeAtomically, changeUnderLock } from "./changes.js";
import { gate, type Kitchen, lastBot, piecesForATable } from "./kitchen.js";
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

/** A bot reports when it is held at the gate, and again when its last table is done. */
export interface BotReport {
  /** How often another bot had served a table since this one's last. */
  met: number;
}

const { bot, owner: port }: BotData = workerData;

parentPort?.on("message", (order: Order) => {
  report({ met: 0 });
  Atomics.wait(order.kitchen, gate, 0);
  report({ met: serve(order) });
});

function report(report: BotReport): void {
  parentPort?.postMessage(report);
}

/** Each table takes knives and forks, and gives them back. */
function serve({ kitchen, fix, tables }: Order): number {
  const owner = new Owner(port, kitchen, bot);
  const changes: Record<Fix, Change> = {
    none: change,
    lock: changeUnderLock,
    atomic: changeAtomically,
    single: (_kitchen, pieces) => owner.change(pieces),
    forgotten: bot === 0 ? change : changeUnderLock,
  };
  const changeKitchen = changes[fix];
  let met = 0;
  for (let table = 0; table < tables; table++) {
    changeKitchen(kitchen, -piecesForATable);
    changeKitchen(kitchen, piecesForATable);
    if (Atomics.exchange(kitchen, lastBot, bot) !== bot && table > 0) met++;
  }
  owner.finish();
  return met;
}
