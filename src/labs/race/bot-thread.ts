import type { Worker } from "node:worker_threads";
import { Queue, QueueShutDown } from "../../concurrency/index.js";
import type { BotReport, Order } from "./bot.js";

/** The thread of one bot, as the main thread sees it. */
export class BotThread {
  readonly #worker: Worker;
  readonly #reports = new Queue<BotReport>(); // at most one a step: the bot waits for the next order
  #end: unknown;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on("message", (report: BotReport) => {
      if (!this.#reports.closed) this.#reports.putNowait(report); // an error may overtake a report
    });
    worker.on("error", (error) => this.#ended(error));
    worker.on("exit", (code) => this.#ended(new Error(`the thread of a bot ended with exit code ${code}`)));
  }

  order(order: Order): void {
    this.#worker.postMessage(order);
  }

  /**
   * The bot's next report. Rejects with the thread's first error once it has ended, before the call or during it.
   * Cancellation: rejects with `signal.reason`.
   */
  async report(signal: AbortSignal): Promise<BotReport> {
    try {
      return await this.#reports.get({ signal });
    } catch (error) {
      throw error instanceof QueueShutDown ? this.#end : error;
    }
  }

  /** End the thread, even in the midst of its work. Resolves when it is gone. */
  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #ended(end: unknown): void {
    this.#end ??= end; // "exit" follows an error
    this.#reports.shutdown();
  }
}
