import type { KindSpec } from "./kinds.js";
import { type Growing, type Sample, Standing, type Step } from "./standing.js";

/**
 * A ramp whose child can only start all at once: each step is a child of its own. Its memory is counted from the empty
 * child, so that the samples of several children lie on one line.
 */
export class AllAtOnce implements Growing {
  readonly #spec: KindSpec;
  readonly #ceiling: number;
  #standing: Standing;

  constructor(spec: KindSpec, ceiling: number) {
    this.#spec = spec;
    this.#ceiling = ceiling;
    this.#standing = new Standing(spec, ceiling);
  }

  get pid(): number | undefined {
    return this.#standing.pid;
  }

  async growTo(count: number, msLeft: number, signal: AbortSignal): Promise<Step> {
    await this.#standing.end();
    this.#standing = new Standing(this.#spec, this.#ceiling);
    const empty = await this.#standing.growTo(0, msLeft, signal);
    if (count === 0 || empty.stop || !empty.sample)
      return empty.sample ? { ...empty, sample: beyond(empty.sample, empty.sample) } : empty;
    const { sample, stop } = await this.#standing.growTo(count, msLeft, signal);
    return { ...(sample && { sample: beyond(sample, empty.sample) }), ...(stop && { stop }) };
  }

  end(): Promise<void> {
    return this.#standing.end();
  }
}

function beyond(sample: Sample, empty: Sample): Sample {
  return { ...sample, bytes: sample.bytes === undefined ? undefined : sample.bytes - (empty.bytes ?? 0) };
}
