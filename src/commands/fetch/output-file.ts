import { fstatSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { UsageError } from "../kit/usage-error.js";

/**
 * Rejects with UsageError if `output`, which is emptied when it is opened, is the file that `other` describes: `what`.
 * Links and other spellings of the path lead to the same inode.
 */
export async function refuseSame(output: string | undefined, other: Stats | undefined, what: string): Promise<void> {
  if (output === undefined) return;
  if (isSameFile(await stat(output).catch(() => undefined), other)) {
    throw new UsageError(`--output must be another file than ${what}, got ${output}`);
  }
}

export function isSameFile(one: Stats | undefined, other: Stats | undefined): boolean {
  if (!one || !other?.isFile()) return false;
  return one.dev === other.dev && one.ino === other.ino;
}

/** What the process was given as `fd`; undefined if that is closed. */
export function statOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
