/** Reads of /proc. Each is undefined, or finds nothing, where there is no /proc, or once the process has gone. */
import { readdirSync, readFileSync } from "node:fs";

/** A file of /proc as text. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
}

/** The number after `name:` in a file that has a line for each, such as /proc/1/status. Memory there is in KiB. */
export function field(text: string | undefined, name: string): number | undefined {
  const [, digits] = new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text ?? "") ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** The names in a folder of /proc. */
export function listProc(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** The process and all that it has started, at any depth. */
export function familyOf(pid: number): number[] {
  const children = readProc(`/proc/${pid}/task/${pid}/children`)?.trim().split(" ").filter(Boolean) ?? [];
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}
