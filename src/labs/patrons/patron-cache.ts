import { LRUCache } from "lru-cache";
import type { Change, Patron } from "./change.js";
import { limits } from "./limits.js";
import { Versions } from "./versions.js";

export interface PatronCacheOptions {
  /** The most patrons. */
  size: number;
  /** Whether a read that is older than an event is dropped. False shows the notes' cache, which can be wrong for ever. */
  versions?: boolean;
}

interface Entry {
  patron: Patron;
  /** The body of a reply. A hit sends it as it is. */
  json: string;
}

/**
 * Patrons in memory. Reads fill it, and changes correct it. Readers of a row at one time share one read. A row that is
 * not there is not kept.
 */
export class PatronCache {
  readonly counts = { kept: 0, dropped: 0, corrected: 0, cleared: 0 };
  readonly #entries: LRUCache<string, Entry>;
  readonly #versions = new Versions();
  readonly #usesVersions: boolean;
  /** Reads that a new reader may share: no change of the row came since they began. */
  readonly #shared = new Map<string, Promise<Entry | undefined>>();
  /** Rises with each clear(). A read of an earlier epoch is not kept. */
  #epoch = 0;

  constructor({ size, versions = true }: PatronCacheOptions) {
    this.#entries = new LRUCache({
      max: size,
      maxSize: limits.cacheBytes,
      sizeCalculation: ({ json }) => 200 + 4 * json.length,
    });
    this.#usesVersions = versions;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Rows with a remembered version. */
  get versions(): number {
    return this.#versions.size;
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  /** The row from `read`, or from a read that is under way. It is kept unless a newer version was told meanwhile. */
  fill(id: string, read: () => Promise<Patron | undefined>): Promise<Entry | undefined> {
    const running = this.#shared.get(id);
    if (running) return running;
    const filling = this.#fill(id, read).finally(() => {
      if (this.#shared.get(id) === filling) this.#shared.delete(id);
    });
    this.#shared.set(id, filling);
    return filling;
  }

  /** A change has been committed. */
  apply(change: Change): void {
    if (change.type === "echo") return;
    if (change.type === "all") return this.clear();
    const { id, version } = change;
    this.#versions.raise(id, version);
    this.#shared.delete(id); // later readers must not get the row of before
    const entry = this.#entries.peek(id);
    if (!entry || (this.#usesVersions && entry.patron.version >= version)) return;
    this.counts.corrected++;
    if (change.type === "row" && change.patron) this.#entries.set(id, entryOf(change.patron));
    else this.#entries.delete(id);
  }

  /** Forget all patrons. Reads that have begun are not kept. */
  clear(): void {
    this.#epoch++;
    this.counts.cleared++;
    this.#entries.clear();
    this.#shared.clear();
  }

  async #fill(id: string, read: () => Promise<Patron | undefined>): Promise<Entry | undefined> {
    const epoch = this.#epoch;
    this.#versions.begin(id);
    try {
      const patron = await read();
      if (!patron) return undefined;
      const entry = entryOf(patron);
      const isNewest = epoch === this.#epoch && this.#versions.isNewest(id, patron.version);
      if (isNewest || !this.#usesVersions) this.#keep(entry);
      else this.counts.dropped++;
      return entry;
    } finally {
      this.#versions.end(id);
    }
  }

  /** Of two reads at once, the older one may return last. */
  #keep(entry: Entry): void {
    const { id, version } = entry.patron;
    const known = this.#entries.peek(id);
    if (this.#usesVersions && known && known.patron.version >= version) return;
    this.counts.kept++;
    this.#entries.set(id, entry);
  }
}

/** `id` is written as a number with all its digits, which may be more than a JavaScript number holds. */
export function entryOf(patron: Patron): Entry {
  const { id, name, fav_dish } = patron;
  return { patron, json: `{"id":${id},"name":${JSON.stringify(name)},"fav_dish":${JSON.stringify(fav_dish)}}` };
}
