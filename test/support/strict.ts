import assert from "node:assert/strict";
import { Output } from "../../src/commands/kit/output.js";
import { ExitError } from "../../src/concurrency/index.js";
import type { Finding } from "../../src/labs/lab.js";
import { createPalette } from "../../src/terminal/palette.js";

const palette = await createPalette(process.stdout, true);

/** Assert that exactly these claims do not hold, and that `--strict` makes that exit code 1. */
export function assertFails(report: { findings: readonly Finding[] }, ...claims: readonly RegExp[]): void {
  const failed = report.findings.filter(({ holds }) => !holds);
  const told = failed.map(({ claim, measured }) => `${claim}: ${measured}`).join("\n");
  assert.equal(failed.length, claims.length, told);
  for (const claim of claims)
    assert.ok(
      failed.some((finding) => claim.test(finding.claim)),
      `${claim}\n${told}`,
    );
  assert.equal(exitCodeUnderStrict(report.findings), claims.length > 0 ? 1 : 0);
}

function exitCodeUnderStrict(findings: readonly Finding[]): number {
  class Silent extends Output {
    override line(): void {}
  }
  const out = new Silent({ json: false, strict: true }, palette, new AbortController().signal);
  try {
    out.report({}, () => [], { findings });
    return 0;
  } catch (error) {
    if (error instanceof ExitError) return error.code;
    throw error;
  }
}
