import { counted } from "../../../../text/counted.js";
import type { Mark } from "../../page/protocol.js";
import type { Sample } from "../../sample.js";
import { serverTime } from "../clock.js";
import { limits } from "../limits.js";
import type { Series } from "../series.js";
import { type Alert, AlertState } from "./alert.js";

/** The memory of a series. */
interface Watched {
  isDown: boolean;
  isBlocked: boolean;
  /** Losses that no mark has told yet. One mark a second tells them all. */
  lost: number;
  lostToldAt: number;
  alerts: AlertState[];
}

/** Finds the moments worth a mark: starts and ends, losses, silence, a blocked event loop, alerts. */
export class Marks {
  readonly #alerts: readonly Alert[];
  readonly #watched = new Map<string, Watched>();
  #secondAt = 0;
  #inSecond = 0;
  readonly #onMark: (mark: Mark) => void;

  constructor(alerts: readonly Alert[], onMark: (mark: Mark) => void) {
    this.#alerts = alerts;
    this.#onMark = onMark;
  }

  /** A series has a new sample, and `lost` samples before it are missing. */
  take(series: Series, lost: number): void {
    const { sample } = series;
    const known = this.#watched.get(series.key);
    const watched = known ?? this.#watch();
    this.#watched.set(series.key, watched);
    if (!known && (sample.seq ?? 0) === 0) this.#add(series, "started", "started");
    if (watched.isDown && !sample.closing) this.#add(series, "back", "reports again");
    watched.isDown = sample.closing ?? false;
    watched.lost += Math.max(0, lost);
    this.#tellLosses(series, watched);
    const isBlocked = (sample.lag ?? 0) > limits.blockedMs;
    if (isBlocked && !watched.isBlocked)
      this.#add(series, "blocked", `event loop blocked for ${sample.lag?.toFixed(0)} ms`);
    watched.isBlocked = isBlocked;
    for (const state of watched.alerts) if (state.take(sample, series.at)) this.#alert(series, state);
    if (sample.closing) this.#add(series, "ended", endText(sample));
    this.#tellAlerts(series, watched);
  }

  /** Look for series that have fallen silent, and forget those that have left. Call it again and again. */
  look(table: Iterable<Series>): void {
    const left = new Set(this.#watched.keys());
    for (const series of table) {
      left.delete(series.key);
      const watched = this.#watched.get(series.key);
      if (watched) this.#tellLosses(series, watched);
      if (!watched || watched.isDown || series.stateAt(serverTime()) === "up") continue;
      watched.isDown = true;
      this.#add(series, "silent", "fell silent");
      for (const state of watched.alerts) if (state.stop()) this.#alert(series, state);
      this.#tellAlerts(series, watched);
    }
    for (const key of left) this.#watched.delete(key);
  }

  /** Each alert with each series: 1 if it is active. */
  *alerts(): Iterable<{ key: string; alert: string; active: boolean }> {
    for (const [key, { alerts }] of this.#watched)
      for (const { alert, active } of alerts) yield { key, alert: alert.text, active };
  }

  #watch(): Watched {
    const alerts = this.#alerts.map((each) => new AlertState(each));
    return { isDown: false, isBlocked: false, lost: 0, lostToldAt: 0, alerts };
  }

  #tellLosses(series: Series, watched: Watched): void {
    const now = serverTime();
    if (watched.lost === 0 || now - watched.lostToldAt < 1) return;
    this.#add(series, "lost", `${counted(watched.lost, "sample")} lost`);
    watched.lost = 0;
    watched.lostToldAt = now;
  }

  #tellAlerts(series: Series, { alerts }: Watched): void {
    series.alerts = alerts.filter(({ active }) => active).map(({ alert }) => alert.text);
  }

  #alert(series: Series, { alert, active }: AlertState): void {
    this.#add(series, active ? "alert" : "alert-over", active ? alert.text : `no longer ${alert.text}`);
  }

  #add({ key, sample }: Series, kind: Mark["kind"], text: string): void {
    const { color, name = color } = sample;
    const now = serverTime();
    if (now - this.#secondAt >= 1) [this.#secondAt, this.#inSecond] = [now, 0];
    if (++this.#inSecond > limits.maxMarksPerSecond) return;
    this.#onMark({ at: now, kind, text, series: key, name, color });
  }
}

function endText({ exit_code, exit_signal }: Sample): string {
  if (exit_signal !== undefined) return `killed by ${exit_signal}`;
  return exit_code === undefined ? "ended" : `ended with exit code ${exit_code}`;
}
