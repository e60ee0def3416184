/** Runs every command line of the docs and of the help once. cli.test.ts compares the help with these. */
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

/** Commands on the same default ports run one after another, all others two at a time. */
describe("printed commands", { concurrency: 4 }, () => {
  for (const [kind, concurrency] of [
    ["poller", 1],
    ["apm", 1],
    ["mq", 1],
    ["none", 2],
  ] as const) {
    describe(`default ports: ${kind}`, { concurrency }, () => {
      for (const line of lines.filter((each) => portsOf(each.split(" ").slice(1)) === kind)) {
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
});

test("README and docs print commands to run", () => {
  assert.ok(printed.has("lab fetch-quotes"));
  assert.ok(printed.size >= 6, [...printed].join("; "));
});
