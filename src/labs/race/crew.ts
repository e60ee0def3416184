import { once } from "node:events";
import { availableParallelism } from "node:os";
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { mapConcurrent } from "../../concurrency/index.js";
import type { BotData, BotReport, Order } from "./bot.js";
import { contentsOf, freshKitchen, gate, type Kitchen } from "./kitchen.js";
import { changeFor } from "./owner.js";
import type { Fix, Round } from "./row.js";

/** Code that imports the file. Threads inherit --input-type, and with it Node refuses to run a file. */
const entry = `import(${JSON.stringify(new URL("./bot.js", import.meta.url))})`;

/** The bots of one run, each a thread. They serve round after round. This thread is the owner of their kitchen. */
export class Crew {
  readonly #bots: Worker[] = [];
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
      if (code !== "ERR_WORKER_INIT_FAILED" && code !== "ERR_WORKER_OUT_OF_MEMORY") throw error;
      return message;
    }
  }

  /** One round in a fresh kitchen: hold all bots at the gate, open it, wait for the last one. */
  async round(fix: Fix, tables: number): Promise<Round> {
    const kitchen = freshKitchen(this.#bots.length);
    this.#kitchen = kitchen;
    const held = this.#reports();
    const order: Order = { kitchen, fix, tables };
    for (const bot of this.#bots) bot.postMessage(order);
    await held;

    const done = this.#reports();
    const start = performance.now();
    Atomics.store(kitchen, gate, 1);
    Atomics.notify(kitchen, gate);
    const reports = await done;
    const ms = performance.now() - start;
    return { ...contentsOf(kitchen), ms, met: reports.map(({ met }) => met) };
  }

  /** End all threads, whatever they are at. Resolves when they are gone. */
  async dismiss(): Promise<void> {
    for (const port of this.#owners) port.close();
    await Promise.all(this.#bots.map((bot) => bot.terminate()));
  }

  async #start(bot: number, signal: AbortSignal): Promise<void> {
    const { port1, port2: owner } = new MessageChannel();
    this.#owners.push(port1);
    port1.on("message", (pieces: number) => changeFor(bot, this.#kitchen, pieces));
    const worker = this.startThread({ bot, owner });
    this.#bots.push(worker);
    worker.on("error", () => {}); // once() tells of it, unless another wait has failed before
    await once(worker, "online", { signal });
  }

  /** The next report of each bot. Cancellation: rejects with the signal's reason. */
  async #reports(): Promise<BotReport[]> {
    const next = this.#bots.map((bot) => once(bot, "message", { signal: this.#signal }));
    return (await this.#all(next)).map(([report]) => report);
  }

  async #all<T>(waits: Promise<T>[]): Promise<T[]> {
    try {
      return await Promise.all(waits);
    } catch (error) {
      this.#signal.throwIfAborted();
      throw error;
    }
  }

  /** Tests replace it. */
  protected startThread(workerData: BotData): Worker {
    return new Worker(entry, { eval: true, workerData, transferList: [workerData.owner] });
  }
}
