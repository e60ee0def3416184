/** The body of a task: each yield is an await. */
export type Body<T> = () => Generator<unknown, T, unknown>;

/** Run a generator as if it were an async function. Python's event loop does the same with a coroutine. */
export function drive<T>(body: Body<T>): Promise<T> {
  const steps = body();
  return new Promise((resolve, reject) => {
    function goOn(step: () => IteratorResult<unknown, T>): void {
      try {
        const { done, value } = step();
        if (done) return resolve(value);
        Promise.resolve(value).then(
          (result) => goOn(() => steps.next(result)),
          (error) => goOn(() => steps.throw(error)),
        );
      } catch (error) {
        reject(error);
      }
    }
    goOn(() => steps.next());
  });
}
