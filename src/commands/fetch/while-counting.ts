interface Counting {
  /** Resolves with how many there are, undefined if that cannot be known. */
  count: (signal: AbortSignal) => Promise<number | undefined>;
  /** Told of it, if it comes to that in time. */
  tell: (count: number) => void;
}

/**
 * Do `work`, and count meanwhile how much of it there is. The counting ends with the work, done or failed, and is awaited.
 * That it fails is no failure of the work, which will meet the reason itself.
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
