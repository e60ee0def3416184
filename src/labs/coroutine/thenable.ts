/** An awaitable of our own: `await` calls its then(), which resolves with the value of `answer`. */
export function thenableOf<T>(answer: () => T): PromiseLike<T> {
  const awaitable = {
    // biome-ignore lint/suspicious/noThenProperty: it is the thing to see
    then: (resolve: (value: T) => void) => resolve(answer()),
  };
  return awaitable as PromiseLike<T>;
}
