const mostCells = 60;

/**
 * The depth of a queue over time, in at most 60 cells of equal length. A cell keeps the greatest depth of its time. Once
 * the cells are full, each two become one of twice the length. So memory is constant however long the run is.
 */
export class DepthOverTime {
  /** The time that a cell stands for, in milliseconds. */
  cellMs = 1;
  /** The greatest depth so far. */
  peak = 0;
  #cells: number[] = [];
  #last = 0;

  /** The greatest depth in each cell, from the start. */
  get cells(): readonly number[] {
    return this.#cells;
  }

  /** Tell a depth that holds from `ms` on, in milliseconds from the start. */
  record(ms: number, depth: number): void {
    let index = Math.floor(ms / this.cellMs);
    while (index >= mostCells) {
      this.#halve();
      index = Math.floor(ms / this.cellMs);
    }
    while (this.#cells.length <= index) this.#cells.push(this.#last); // it was as deep until now
    this.#cells[index] = Math.max(this.#cells[index] as number, depth);
    this.#last = depth;
    this.peak = Math.max(this.peak, depth);
  }

  #halve(): void {
    this.cellMs *= 2;
    const halves = Array.from({ length: Math.ceil(this.#cells.length / 2) }, (_, i) =>
      Math.max(this.#cells[2 * i] as number, this.#cells[2 * i + 1] ?? 0),
    );
    this.#cells = halves;
  }
}
