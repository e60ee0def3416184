import { type SeriesUpdate, staleAfter } from "./protocol.js";

const forgottenSeconds = 15 * 60;
/** Apps on the page. Beyond it, the ones that ended first leave. */
const mostApps = 256;

/** An app as the page knows it. */
export interface App {
  readonly key: string;
  last: SeriesUpdate;
  /** Whether its lines are hidden. */
  hidden: boolean;
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
    const app = this.#apps.get(last.series);
    if (!app) {
      this.#apps.set(last.series, { key: last.series, last, hidden: false, gaps: [0, 0] });
      this.#sort();
    } else if (last.at >= app.last.at) {
      const renamed = nameOf(app.last) !== nameOf(last);
      if (last.at > app.last.at) app.gaps = [last.at - app.last.at, app.gaps[0]];
      app.last = last;
      if (renamed) this.#sort();
    }
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
  }
}

export function nameOf({ name, color }: SeriesUpdate): string {
  return name?.trim() || color;
}

/** `now` is server time. Stale after three of its intervals without a sample. */
export function stateOf({ last, gaps }: App, now: number): AppState {
  if (last.closing) return "ended";
  return now - last.at > staleAfter(last, gaps) ? "stale" : "live";
}
