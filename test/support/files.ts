/** Files that synchronise a test with its workers. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { sleep } from "../../src/concurrency/index.js";

/** Make a folder that is removed after the test. The returned function gives the path of a file in it. */
export function temporaryFolder(t: TestContext): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), "asyncio-lab-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

export async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await sleep(2);
}

export function open(latch: string): void {
  writeFileSync(latch, "");
}

export function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}
