/**
 * The newest version that an event named, for each row that is being read. A read that began before an event may return
 * an older row, and only such a read can. So a version is forgotten once no read of its row is under way, and there are
 * never more versions than reads.
 */
export class Versions {
  readonly #rows = new Map<string, { version: bigint; reads: number }>();

  /** Rows that are being read. */
  get size(): number {
    return this.#rows.size;
  }

  /** A read of the row begins. Each one must end(). */
  begin(id: string): void {
    const row = this.#rows.get(id);
    if (row) row.reads++;
    else this.#rows.set(id, { version: -1n, reads: 1 });
  }

  end(id: string): void {
    const row = this.#rows.get(id);
    if (row && --row.reads === 0) this.#rows.delete(id);
  }

  /** An event says that the row has this version. */
  raise(id: string, version: bigint): void {
    const row = this.#rows.get(id);
    if (row && version > row.version) row.version = version;
  }

  /** Whether a read may return this version: no event named a newer one. */
  isNewest(id: string, version: bigint): boolean {
    return version >= (this.#rows.get(id)?.version ?? -1n);
  }
}
