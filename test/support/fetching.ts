import assert from "node:assert/strict";
import { execa } from "execa";
import type { FetchReport, FetchResult } from "../../src/labs/fetch.js";
import { bin } from "./lab.js";

export interface Fetched {
  exitCode: number | undefined;
  results: FetchResult[];
  summary: FetchReport;
  stderr: string;
  seconds: number;
}

/** Run `lab fetch … --json` to its end with `input` as its stdin, and parse its output. */
export async function fetching(
  args: readonly string[],
  { input = "", nodeArgs = [] as string[], env = {} as NodeJS.ProcessEnv } = {},
): Promise<Fetched> {
  const start = performance.now();
  const { exitCode, stdout, stderr } = await execa(process.execPath, [...nodeArgs, bin, "fetch", "--json", ...args], {
    reject: false,
    input,
    timeout: 60_000,
    maxBuffer: 1e9,
    env: { NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
  });
  const documents = parseLines(stdout);
  const summary = documents.pop();
  assert.equal(summary?.type, "summary", `${stdout}\n${stderr}`);
  return {
    exitCode,
    results: documents as unknown as FetchResult[],
    summary: summary as unknown as FetchReport,
    stderr,
    seconds: (performance.now() - start) / 1000,
  };
}

export function parseLines(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** The results in the order of the list. */
export function inOrder(results: readonly FetchResult[]): FetchResult[] {
  return [...results].sort((a, b) => a.index - b.index);
}
