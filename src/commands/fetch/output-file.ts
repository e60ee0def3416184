import { fstatSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { UsageError } from "../kit/usage-error.js";

/**
 * Rejects with UsageError if `output`, which is emptied when it is opened, is the file that `other` describes: `what`.
 * Links and other spellings of the path lead to the same inode.
 */
export async function refuseSame(output: string | undefined, other: Stats | undefined, what: string): Promise<void> {
  if (output === undefined || !other?.isFile()) return;
  const there = await stat(output).catch(() => undefined);
  if (there && there.dev === other.dev && there.ino === other.ino) {
    throw new UsageError(`--output must be another file than ${what}, got ${output}`);
  }
}

/** What the process was given as `fd`; undefined if that is closed. */
export function statOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
