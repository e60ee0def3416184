import { PerformanceObserver } from "node:perf_hooks";
import { CpuMeter } from "./cpu-meter.js";
import { LoopDelay } from "./loop-delay.js";
import { mebibytes, type Probe, type Reading, rounded } from "./probe.js";

/** Measures this process from inside: also its event loop, heap and garbage collection. */
export class OwnProbe implements Probe {
  readonly #delay = new LoopDelay();
  readonly #cpu = new CpuMeter(ownCpuMs());
  readonly #collections: PerformanceObserver;
  #gcMs = 0;

  constructor() {
    this.#collections = new PerformanceObserver((list) => this.#add(list.getEntries()));
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  async read(): Promise<Reading> {
    const { rss, heapUsed } = process.memoryUsage();
    return {
      ...this.#cpu.read(ownCpuMs()),
      mem: mebibytes(rss),
      lag: rounded(this.#delay.read()),
      heap: mebibytes(heapUsed),
      gc: this.#collectionTime(),
    };
  }

  close(): void {
    this.#delay.close();
    this.#collections.disconnect();
  }

  #collectionTime(): number {
    this.#add(this.#collections.takeRecords()); // entries that were not delivered yet
    const ms = this.#gcMs;
    this.#gcMs = 0;
    return rounded(ms);
  }

  #add(entries: readonly { duration: number }[]): void {
    for (const { duration } of entries) this.#gcMs += duration;
  }
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
