import type { KindSpec } from "./kinds.js";
import { type Growing, type Sample, Standing, type Step } from "./standing.js";

/**
 * A ramp whose child can only start all at once: each step is a child of its own. Its memory is counted from the empty
 * child, so that the samples of several children lie on one line.
 */
export class AllAtOnce implements Growing {
  readonly #spec: KindSpec;
  readonly #ceiling: number;
  #standing: Standing | undefined;

  constructor(spec: KindSpec, ceiling: number) {
    this.#spec = spec;
    this.#ceiling = ceiling;
  }

  get pid(): number | undefined {
    return this.#standing?.pid;
  }

  get count(): number {
    return this.#standing?.count ?? 0;
  }

  async growTo(count: number, msLeft: number, signal: AbortSignal): Promise<Step> {
    const deadline = performance.now() + msLeft;
    await this.#standing?.end();
    const standing = new Standing(this.#spec, this.#ceiling);
    this.#standing = standing;
    const empty = await standing.growTo(0, msLeft, signal);
    if (!empty.sample) return empty;
    const grown = count > 0 && !empty.stop ? await standing.growTo(count, deadline - performance.now(), signal) : empty;
    return { ...grown, ...(grown.sample && { sample: beyond(grown.sample, empty.sample) }) };
  }

  async end(): Promise<void> {
    await this.#standing?.end();
  }
}

function beyond(sample: Sample, empty: Sample): Sample {
  return { ...sample, bytes: sample.bytes === undefined ? undefined : sample.bytes - (empty.bytes ?? 0) };
}
