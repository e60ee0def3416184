import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runAsPrinted } from "./as-printed.js";
import { commands, examplesOf } from "./commands.js";
import { portsOf } from "./example.js";
import { linesOf, pages } from "./pages.js";
import { unlessBusy } from "./tries.js";

/** The command lines that README and docs print. */
export const printed: ReadonlySet<string> = new Set(pages.flatMap(linesOf));

/**
 * Tests that run every command line of the docs and of the help once, as printed. Those on the same default ports run one
 * after another, the others `atOnce` at a time.
 */
export async function testPrinted(kind: ReturnType<typeof portsOf>, atOnce = 1): Promise<void> {
  const given = (await Promise.all(commands.map(examplesOf))).flat();
  const lines = [...new Set([...printed, ...given])].filter((line) => portsOf(line.split(" ").slice(1)) === kind);
  describe(`default ports: ${kind}`, { concurrency: atOnce }, () => {
    for (const line of lines) {
      test(`\`${line}\` works as printed`, async (t) => {
        const check = async () => {
          const { exitCode, stderr } = await runAsPrinted(t, line);
          assert.equal(exitCode, 0, stderr);
        };
        await (line.includes("--fail-if 'p99") ? unlessBusy(t, check) : check());
      });
    }
  });
}
