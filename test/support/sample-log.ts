import type { Sample } from "../../src/labs/apm/sample.js";

/** What `lab apm app` sends: all of it, not only what any app has to. */
export type AppSample = Required<Omit<Sample, "closing">> & { closing?: true };

/** The samples that came, and a wait for those that are to come. */
export class SampleLog {
  readonly samples: AppSample[] = [];
  #arrived: () => void = () => {};

  /** The first sample, past or future, that fits. */
  async sample(fits: (sample: AppSample) => boolean = () => true): Promise<AppSample> {
    for (;;) {
      const found = this.samples.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }

  protected add(sample: AppSample): void {
    this.samples.push(sample);
    this.#arrived();
  }
}
