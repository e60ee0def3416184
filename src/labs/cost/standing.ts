import { TimeoutError, timeout } from "../../concurrency/index.js";
import { Child, ChildEnded } from "./child.js";
import type { KindSpec } from "./kinds.js";
import { familyBytes, proportionalBytes } from "./memory.js";
import type { Grown } from "./programs/serve.js";
import { type Usage, usageOf } from "./usage.js";

/** One step of a ramp: so many stand at once. */
export interface Sample {
  count: number;
  /** Memory on the kind's own basis, in bytes. Undefined where it cannot be measured. */
  bytes: number | undefined;
  /** The time to start all of them, in milliseconds. */
  ms: number;
  /** Memory of all processes of the ramp, in bytes. */
  allBytes: number;
  usage: Usage | undefined;
}

/**
 * The end of a ramp: the ceiling, the time, the most of its kind, a step that took too long, or an error, a signal or an
 * exit code as the cause.
 */
export type Stop = { by: "ceiling" | "time" | "most" | "stall" } | { by: "system"; cause: string };

export interface Step {
  /** Those that stand now. Undefined if the child has ended. */
  sample?: Sample;
  /** The reason why fewer stand than asked for. */
  stop?: Stop;
}

/** A ramp grows step by step, and falls at its end. */
export interface Growing {
  /** The process in which they stand. Undefined if it has ended. */
  readonly pid: number | undefined;
  /** How many stand in it now. */
  readonly count: number;
  /** Grow until `count` stand; 0 measures the empty process. Cancellation: rejects with `signal.reason`; call end(). */
  growTo(count: number, msLeft: number, signal: AbortSignal): Promise<Step>;
  /** End all processes, and resolve once none is left. */
  end(): Promise<void>;
}

const watchMs = 25;
const highest = 0.97; // of the ceiling: the rest is for the time until the kill works
const slowestAnswerMs = 2000; // beyond the budget of the ramp
const longestStartMs = 10_000; // of the empty process: a Node that gets no thread for its start may wait for ever
const longestStepMs = 60_000; // of a kind without a budget

/** One child, in which each step adds to those that stand. */
export class Standing implements Growing {
  readonly #spec: KindSpec;
  readonly #ceiling: number;
  readonly #child: Child;
  #count = 0;
  #ms = 0;
  #tooLarge = false;
  readonly #watch: NodeJS.Timeout;

  constructor(spec: KindSpec, ceiling: number) {
    this.#spec = spec;
    this.#ceiling = ceiling;
    const flags = spec.basis === "heap" ? [`--max-old-space-size=${Math.ceil(ceiling / 2 ** 20)}`] : [];
    this.#child = new Child(spec.program, flags);
    this.#watch = setInterval(() => this.#look(), watchMs);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get count(): number {
    return this.pid === undefined ? 0 : this.#count;
  }

  async growTo(count: number, msLeft: number, signal: AbortSignal): Promise<Step> {
    const longestMs = Math.min(msLeft + slowestAnswerMs, count === 0 ? longestStartMs : longestStepMs);
    try {
      const ask = (own: AbortSignal) => this.#child.ask<Grown>(count - this.#count, own);
      const grown = await timeout(longestMs, ask, { signal });
      this.#count += grown.started;
      this.#ms += grown.ms;
      const { error } = grown;
      return { sample: this.#sample(grown), ...(error !== undefined && { stop: { by: "system", cause: error } }) };
    } catch (error) {
      if (error instanceof TimeoutError) return { stop: { by: "stall" } };
      if (!(error instanceof ChildEnded)) throw error;
      return { stop: this.#tooLarge ? { by: "ceiling" } : { by: "system", cause: error.cause } };
    }
  }

  async end(): Promise<void> {
    clearInterval(this.#watch);
    await this.#child.end();
  }

  #sample({ heapBytes, rssBytes }: Grown): Sample {
    const pid = this.#child.pid ?? 0;
    const bytes = {
      heap: () => heapBytes,
      rss: () => rssBytes,
      pss: () => proportionalBytes(pid),
    }[this.#spec.basis]();
    return {
      count: this.#count,
      bytes,
      ms: this.#ms,
      allBytes: Math.max(familyBytes(pid), rssBytes),
      usage: usageOf(pid),
    };
  }

  #look(): void {
    const { pid } = this.#child;
    if (pid === undefined || familyBytes(pid) < highest * this.#ceiling) return;
    this.#tooLarge = true;
    this.#child.kill();
  }
}
