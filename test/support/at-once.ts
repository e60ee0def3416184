import { describe, test as nodeTest, type TestContext, type TestOptions } from "node:test";

type Body = (t: TestContext) => void | Promise<void>;
type Declaration = [name: string, body: Body] | [name: string, options: TestOptions, body: Body];

/**
 * node:test's `test`, for files whose tests mostly wait. Tests declared while the file is imported run up to `most` at
 * a time, in that order. They must not share state that one of them changes.
 */
export function testAtOnce(most: number): (...declaration: Declaration) => void {
  const declared: Declaration[] = [];
  let begun = false;
  return (...declaration) => {
    if (begun) throw new Error("a test declared after the import of its file would not run");
    if (declared.push(declaration) > 1) return;
    queueMicrotask(() => {
      begun = true;
      describe(`up to ${most} at a time`, { concurrency: most }, () => {
        for (const each of declared) void (each.length === 2 ? nodeTest(...each) : nodeTest(...each));
      });
    });
  };
}
