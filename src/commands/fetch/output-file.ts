import { fstatSync, type Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { UsageError } from "../kit/usage-error.js";

/**
 * Rejects with UsageError if `output` is the file that `other` describes, since opening it would empty that file. Files
 * are compared by inode, so links and other spellings count. `name` is the other file in the message.
 */
export async function refuseSame(output: string | undefined, other: Stats | undefined, name: string): Promise<void> {
  if (output === undefined) return;
  if (isSameFile(await stat(output).catch(() => undefined), other)) {
    throw new UsageError(`--output must be another file than ${name}, got ${output}`);
  }
}

/** Whether both are the same regular file. */
export function isSameFile(one: Stats | undefined, other: Stats | undefined): boolean {
  if (!one || !other?.isFile()) return false;
  return one.dev === other.dev && one.ino === other.ino;
}

/** Describes the file behind a descriptor of this process. Undefined if the descriptor is closed. */
export function statOf(fd: number): Stats | undefined {
  try {
    return fstatSync(fd);
  } catch {
    return undefined;
  }
}
