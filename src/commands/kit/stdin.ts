import { fstatSync, type Stats } from "node:fs";
import { UsageError } from "./usage-error.js";

/**
 * Throws UsageError if stdin is a folder or a block device: Node reads them as if they were empty. `name` is that of stdin
 * in the message. Returns the type of stdin; undefined if it is closed.
 */
export function checkStdin(name: string): Stats | undefined {
  const found = stdinStats();
  const kind = found?.isDirectory() ? "a folder" : found?.isBlockDevice() ? "a block device" : undefined;
  if (kind) throw new UsageError(`${name} must be a file that can be read: it is ${kind}`);
  return found;
}

function stdinStats(): Stats | undefined {
  try {
    return fstatSync(0);
  } catch {
    return undefined;
  }
}
