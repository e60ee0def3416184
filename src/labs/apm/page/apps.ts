import { charted, type Metric, metrics, type SeriesUpdate, staleAfter } from "./protocol.js";

const forgottenSeconds = 15 * 60;
/** Apps on the page. Beyond it, the ones that ended first leave. */
const mostApps = 256;

/** An app as the page knows it. */
export interface App {
  readonly key: string;
  last: SeriesUpdate;
  /** Whether its lines are hidden. */
  hidden: boolean;
  /** Its name, with the pid if another app has the same one. */
  label: string;
  /** Number of its dash pattern: apps of one colour have different ones. */
  dash: number;
  /** The metrics that it has reported. */
  readonly reports: Set<Metric>;
  /** Seconds between its last two samples, and between the two before. */
  gaps: readonly [number, number];
}

export type AppState = "live" | "stale" | "ended";

/** The apps on the page, in the order of their names. */
export class Apps {
  readonly #apps = new Map<string, App>();
  #sorted: readonly App[] = [];

  get all(): readonly App[] {
    return this.#sorted;
  }

  /** Take a sample of a known app or of a new one. An older sample than the last one is ignored. */
  update(last: SeriesUpdate): void {
    const app = this.#apps.get(last.series) ?? this.#add(last);
    if (last.at < app.last.at) return;
    if (last.at > app.last.at) app.gaps = [last.at - app.last.at, app.gaps[0]];
    const [renamed, recolored] = [nameOf(app.last) !== nameOf(last), app.last.color !== last.color];
    app.last = last;
    for (const metric of metrics) if (charted(last)[metric] !== undefined) app.reports.add(metric);
    if (recolored) app.dash = this.#freeDash(app);
    if (renamed) this.#sort();
  }

  #add(last: SeriesUpdate): App {
    const app: App = {
      key: last.series,
      last,
      hidden: false,
      label: nameOf(last),
      dash: 0,
      reports: new Set(),
      gaps: [0, 0],
    };
    app.dash = this.#freeDash(app);
    this.#apps.set(app.key, app);
    this.#sort();
    return app;
  }

  /** The first pattern that no other app of this colour has. */
  #freeDash(app: App): number {
    const taken = [...this.#apps.values()].filter((other) => other !== app && other.last.color === app.last.color);
    const free = dashes.findIndex((_, dash) => !taken.some((other) => other.dash === dash));
    return free < 0 ? taken.length % dashes.length : free;
  }

  clear(): void {
    this.#apps.clear();
    this.#sort();
  }

  /** Hide the lines of an app, or show them again. */
  toggle(key: string): void {
    const app = this.#apps.get(key);
    if (app) app.hidden = !app.hidden;
  }

  /** Forget apps without a sample in the longest time range, and ended ones beyond 256 apps. Returns their keys. */
  forgetOld(now: number): string[] {
    const old = this.#sorted.filter(({ last }) => now - last.at > forgottenSeconds);
    const ended = this.#sorted.filter((app) => app.last.closing && !old.includes(app));
    const tooMany = Math.max(0, this.#apps.size - old.length - mostApps);
    const gone = [...old, ...ended.sort((a, b) => a.last.at - b.last.at).slice(0, tooMany)].map(({ key }) => key);
    for (const key of gone) this.#apps.delete(key);
    if (gone.length > 0) this.#sort();
    return gone;
  }

  #sort(): void {
    const order = (a: App, b: App) =>
      nameOf(a.last).localeCompare(nameOf(b.last), undefined, { numeric: true }) || (a.key < b.key ? -1 : 1);
    this.#sorted = [...this.#apps.values()].sort(order);
    const names = new Map<string, number>();
    for (const { last } of this.#sorted) names.set(nameOf(last), (names.get(nameOf(last)) ?? 0) + 1);
    for (const app of this.#sorted) app.label = labelOf(app, (names.get(nameOf(app.last)) ?? 0) > 1);
  }
}

/** Lengths of dashes and gaps. */
export const dashes: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [12, 3, 3, 3]];

function labelOf({ last, key }: App, isShared: boolean): string {
  const name = nameOf(last);
  return isShared ? `${name} (${last.pid === undefined ? key.slice(-8) : `pid ${last.pid}`})` : name;
}

export function nameOf({ name, color }: SeriesUpdate): string {
  return name?.trim() || color;
}

/** `now` is server time. Stale after three of its intervals without a sample. */
export function stateOf({ last, gaps }: App, now: number): AppState {
  if (last.closing) return "ended";
  return now - last.at > staleAfter(last, gaps) ? "stale" : "live";
}
