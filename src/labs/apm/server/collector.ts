import type { Frames } from "../../../zeromq/inlet.js";
import type { Sample } from "../sample.js";
import { serverTime } from "./clock.js";
import type { Counters, RejectReason } from "./counters.js";
import { limits } from "./limits.js";
import { parseSample } from "./parse-sample.js";
import { explain, type Rejection } from "./rejection.js";
import type { Series } from "./series.js";
import type { SeriesTable } from "./series-table.js";

interface CollectorOptions {
  counters: Counters;
  series: SeriesTable;
  /** Called for each charted sample, with the number of samples that are missing before it. */
  onSample(series: Series, lost: number): void;
  /** Called for a rejected message, at most once a second for each reason and field. */
  onRejected(rejection: Rejection): void;
}

/** Turns messages into samples of their series. Rejects the others, and counts them by reason. */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #toldAt = new Map<string, number>();

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Take messages until they end. Yields to the event loop every five milliseconds, however fast they come. */
  async run(messages: AsyncIterable<Frames>): Promise<void> {
    let turnAt = performance.now();
    for await (const frames of messages) {
      this.#take(frames);
      if (performance.now() - turnAt < limits.busyMs) continue;
      await new Promise((resolve) => setImmediate(resolve));
      turnAt = performance.now();
    }
  }

  #take(frames: Frames): void {
    const [frame, ...more] = frames;
    if (frame === undefined || more.length > 0) return this.#reject(frames, "frames");
    const parsed = parseSample(frame);
    if ("reason" in parsed) return this.#reject(frames, parsed.reason);
    const { counters, series: table, onSample } = this.#options;
    const series = table.seriesOf(parsed.sample);
    if (!series) return this.#reject(frames, "cardinality");
    counters.samples++;
    const lost = series.add(parsed.sample, serverTime());
    if (lost > 0) counters.lost += lost;
    else counters.late -= lost;
    if (isSkewed(parsed.sample)) counters.skewed++;
    onSample(series, lost);
  }

  #reject(frames: Frames, reason: RejectReason): void {
    this.#options.counters.rejected[reason]++;
    if (this.#toldLately(reason)) return;
    const rejection = explain(frames, reason);
    const { field } = rejection;
    if (field !== undefined && this.#toldLately(`${reason} ${field}`)) return;
    this.#toldAt.set(field === undefined ? reason : `${reason} ${field}`, performance.now());
    this.#options.onRejected(rejection);
  }

  #toldLately(what: string): boolean {
    return performance.now() - (this.#toldAt.get(what) ?? Number.NEGATIVE_INFINITY) < 1000;
  }
}

function isSkewed({ timestamp }: Sample): boolean {
  return Math.abs(Date.now() - Date.parse(timestamp)) > limits.skewMs;
}
