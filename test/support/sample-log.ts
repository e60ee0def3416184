import type { Sample } from "../../src/labs/apm/sample.js";

/** A sample of `lab apm app`, with all the optional fields. */
export type AppSample = Required<Omit<Sample, "closing">> & { closing?: true };

/** The samples received so far, and a wait for later ones. */
export class SampleLog {
  readonly samples: AppSample[] = [];
  #arrived: () => void = () => {};

  /** The first sample that fits, received already or yet to come. */
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
