import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { temporaryFolder } from "./files.js";
import { root } from "./lab.js";

/**
 * A copy of the built package, with links to its packages but for the `missing` ones. Without `built`, it is a fresh
 * checkout. Returns a function that names its files.
 */
export function installedCopy(
  t: TestContext,
  { missing = [], built = true }: { missing?: readonly string[]; built?: boolean } = {},
): (name: string) => string {
  const folder = temporaryFolder(t);
  for (const path of ["bin", "package.json", ...(built ? ["dist/lab.cjs", "dist/src"] : [])]) {
    cpSync(join(root, path), folder(path), { recursive: true });
  }
  mkdirSync(folder("node_modules"));
  const packages = realpathSync(join(root, "node_modules"));
  for (const name of readdirSync(packages)) {
    if (!missing.includes(name)) symlinkSync(join(packages, name), folder(`node_modules/${name}`));
  }
  return folder;
}
