/** Every command line that the pages print or a command's help gives, once. What the help prints is what cli.test.ts looks at. */
import "../support/hygiene.js";
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runAsPrinted } from "../support/as-printed.js";
import { commands, examplesOf } from "../support/commands.js";
import { portsOf } from "../support/example.js";
import { linesOf, pages } from "../support/pages.js";
import { unlessBusy } from "../support/tries.js";

const printed = new Set(pages.flatMap(linesOf));
const given = (await Promise.all(commands.map(examplesOf))).flat();
const lines = [...new Set([...printed, ...given])];

/** What uses the same ports runs one after another, of the rest two at a time. */
describe("printed commands", { concurrency: 3 }, () => {
  for (const [kind, concurrency] of [
    ["poller", 1],
    ["apm", 1],
    ["none", 2],
  ] as const) {
    describe(`with the default ports of: ${kind}`, { concurrency }, () => {
      for (const line of lines.filter((each) => portsOf(each.split(" ").slice(1)) === kind)) {
        test(`\`${line}\` works as it is printed`, async (t) => {
          const check = async () => {
            const { exitCode, stderr } = await runAsPrinted(t, line);
            assert.equal(exitCode, 0, stderr);
          };
          await (line.includes("--fail-if 'p99") ? unlessBusy(t, check) : check());
        });
      }
    });
  }
});

test("the README's commands are there to be run", () => {
  assert.ok(printed.has("lab fetch-quotes"));
  assert.ok(printed.size >= 6, [...printed].join("; "));
});
