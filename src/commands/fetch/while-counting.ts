interface Counting {
  /** Resolves with the total, or undefined if it cannot be known. */
  count: (signal: AbortSignal) => Promise<number | undefined>;
  /** Called with the total, if counting finishes before the work. */
  tell: (count: number) => void;
}

/**
 * Do `work` and count its total at the same time, for a progress bar. The counting is stopped and awaited when the work
 * ends. An error of the counting is ignored: the work meets its cause itself.
 */
export async function whileCounting<T>(work: () => Promise<T>, { count, tell }: Counting): Promise<T> {
  const over = new AbortController();
  const counting = count(over.signal).then(
    (found) => found !== undefined && tell(found),
    () => {},
  );
  try {
    return await work();
  } finally {
    over.abort();
    await counting;
  }
}
