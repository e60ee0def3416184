import type { SeriesUpdate } from "../page-protocol.js";

const staleSeconds = 3;
const forgottenSeconds = 15 * 60;

/** An app as the page knows it. */
export interface App {
  readonly key: string;
  last: SeriesUpdate;
  /** Its lines are not drawn. */
  hidden: boolean;
}

export type AppState = "live" | "stale" | "ended";

/** The apps on the page, in the order of their names. */
export class Apps {
  readonly #apps = new Map<string, App>();
  #sorted: readonly App[] = [];

  get all(): readonly App[] {
    return this.#sorted;
  }

  /** A sample came: of an app that is known, or of a new one. What is older than what we have is no news. */
  update(last: SeriesUpdate): void {
    const app = this.#apps.get(last.series);
    if (!app) {
      this.#apps.set(last.series, { key: last.series, last, hidden: false });
      this.#sort();
    } else if (last.at >= app.last.at) {
      const renamed = nameOf(app.last) !== nameOf(last);
      app.last = last;
      if (renamed) this.#sort();
    }
  }

  /** Hide an app's lines, or show them again. */
  toggle(key: string): void {
    const app = this.#apps.get(key);
    if (app) app.hidden = !app.hidden;
  }

  /** Forget those of which nothing can be seen any more; tells which. */
  forgetOld(now: number): string[] {
    const old = this.#sorted.filter(({ last }) => now - last.at > forgottenSeconds).map(({ key }) => key);
    for (const key of old) this.#apps.delete(key);
    if (old.length > 0) this.#sort();
    return old;
  }

  #sort(): void {
    const order = (a: App, b: App) =>
      nameOf(a.last).localeCompare(nameOf(b.last), undefined, { numeric: true }) || (a.key < b.key ? -1 : 1);
    this.#sorted = [...this.#apps.values()].sort(order);
  }
}

export function nameOf({ name, color }: SeriesUpdate): string {
  return name ?? color;
}

/** `now` is server time. */
export function stateOf({ last }: App, now: number): AppState {
  if (last.closing) return "ended";
  return now - last.at > staleSeconds ? "stale" : "live";
}
