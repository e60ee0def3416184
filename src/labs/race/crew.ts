import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { gather, mapConcurrent } from "../../concurrency/index.js";
import type { BotData, BotReport, Order } from "./bot.js";
import { BotThread } from "./bot-thread.js";
import { contentsOf, freshKitchen, type Kitchen, latch } from "./kitchen.js";
import { changeFor } from "./owner.js";
import type { Fix, Round } from "./row.js";

/** Code that imports the file. Threads inherit --input-type, and with it Node refuses to run a file. */
const entry = `import(${JSON.stringify(new URL("./bot.js", import.meta.url))}).then(({ runBot }) => runBot())`;

/** Errors by which the system refuses a thread, or the files that it needs. */
const refusals = ["ERR_WORKER_INIT_FAILED", "ERR_WORKER_OUT_OF_MEMORY", "EMFILE", "ENFILE", "EAGAIN"];

/** The bots of one run, each a thread. They serve round after round. This thread is the owner of their kitchen. */
export class Crew {
  readonly #bots: BotThread[] = [];
  readonly #owners: MessagePort[] = [];
  readonly #signal: AbortSignal;
  #kitchen: Kitchen;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    this.#kitchen = freshKitchen(0);
  }

  /** Start `count` threads. Resolves with the reason if the system refuses one. Call dismiss() in any case. */
  async hire(count: number): Promise<string | undefined> {
    try {
      const starts = { concurrency: availableParallelism(), signal: this.#signal }; // a thread that starts ends late
      await mapConcurrent(Array(count).keys(), (bot, _index, own) => this.#start(bot, own), starts);
      return undefined;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (!refusals.includes(code ?? "")) throw error;
      return message;
    }
  }

  /** One round in a fresh kitchen: hold all bots at the latch, open it, wait for the last one. */
  async round(fix: Fix, tables: number, kitchen = freshKitchen(this.#bots.length)): Promise<Round> {
    this.#kitchen = kitchen;
    const order: Order = { kitchen, fix, tables };
    for (const bot of this.#bots) bot.order(order);
    await this.#reports();

    const start = performance.now();
    Atomics.store(kitchen, latch, 1);
    Atomics.notify(kitchen, latch);
    const reports = await this.#reports();
    const ms = performance.now() - start;
    return { ...contentsOf(kitchen), ms, met: reports.map(({ met }) => met) };
  }

  /** End all threads, whatever they are at. Resolves when they are gone. */
  async dismiss(): Promise<void> {
    for (const port of this.#owners) port.close();
    await Promise.all(this.#bots.map((bot) => bot.terminate()));
  }

  /** Start a thread. Resolves once it has loaded its files: a refused one is told of until then. */
  async #start(bot: number, signal: AbortSignal): Promise<void> {
    const { port1, port2: owner } = new MessageChannel();
    this.#owners.push(port1);
    port1.on("message", (pieces: number) => changeFor(bot, this.#kitchen, pieces));
    const thread = new BotThread(this.startThread({ bot, owner }));
    this.#bots.push(thread);
    await thread.report(signal);
  }

  /** The next report of each bot. Rejects once a thread has ended. Cancellation: rejects with the signal's reason. */
  #reports(): Promise<BotReport[]> {
    return gather(
      this.#bots.map((bot) => (own: AbortSignal) => bot.report(own)),
      { signal: this.#signal },
    );
  }

  /** Tests replace it. */
  protected startThread(workerData: BotData): Worker {
    return new Worker(entry, { eval: true, workerData, transferList: [workerData.owner] });
  }
}
