/** The known word that looks most like the typed one: a third of its letters are wrong at most, or it contains the typed one. */
export function suggestionFor(typed: string, known: readonly string[]): string | undefined {
  const [closest] = known
    .map((word) => ({ word, edits: editsBetween(typed, word) }))
    .filter(({ word, edits }) => edits <= Math.max(1, word.length / 3) || (typed.length > 2 && word.includes(typed)))
    .sort((a, b) => a.edits - b.edits);
  return closest?.word;
}

/** Letters to insert, delete, replace or swap with their neighbour to make `b` of `a` (Damerau-Levenshtein). */
function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let line = 1; line <= a.length; line++) {
    const [twoAbove, above] = [before, row];
    row = [line];
    for (let column = 1; column <= b.length; column++) {
      const cost = a[line - 1] === b[column - 1] ? 0 : 1;
      const isSwap = a[line - 1] === b[column - 2] && a[line - 2] === b[column - 1];
      const edits = [at(above, column - 1) + cost, at(above, column) + 1, at(row, column - 1) + 1];
      row.push(Math.min(...edits, ...(isSwap ? [at(twoAbove, column - 2) + 1] : [])));
    }
    before = above;
  }
  return at(row, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
