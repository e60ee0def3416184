import { monitorEventLoopDelay, PerformanceObserver } from "node:perf_hooks";
import { mebibytes, type Probe, percentOfCore, type Reading, rounded } from "./probe.js";

const resolutionMs = 10;

/** Measures this process from inside: also its event loop, heap and garbage collection. */
export class OwnProbe implements Probe {
  readonly #delay = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #collections: PerformanceObserver;
  #gcMs = 0;
  #cpu = process.cpuUsage();
  #at = performance.now();

  constructor() {
    this.#delay.enable();
    this.#collections = new PerformanceObserver((list) => this.#add(list.getEntries()));
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  async read(): Promise<Reading> {
    const [now, cpu] = [performance.now(), process.cpuUsage()];
    const cpuMs = (cpu.user - this.#cpu.user + cpu.system - this.#cpu.system) / 1000;
    const elapsedMs = now - this.#at;
    this.#at = now;
    this.#cpu = cpu;
    const { rss, heapUsed } = process.memoryUsage();
    return {
      cpu: percentOfCore(cpuMs, elapsedMs),
      mem: mebibytes(rss),
      lag: this.#longestDelay(),
      heap: mebibytes(heapUsed),
      gc: this.#collectionTime(),
    };
  }

  close(): void {
    this.#delay.disable();
    this.#collections.disconnect();
  }

  /** The longest delay of the timer beyond its resolution; 0 without a tick since the last read. */
  #longestDelay(): number {
    const longestMs = this.#delay.max / 1e6;
    this.#delay.reset();
    return rounded(Math.max(0, longestMs - resolutionMs));
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
