import { familyOf, field, readProc } from "./proc.js";

/**
 * The proportional memory of a process and all that it has started, in bytes: a page that several processes share counts
 * once in all. Pages of files are left out. Any other Node shares them, and the share of this family would grow with its
 * size. It takes the kernel about a millisecond a process.
 */
export function proportionalBytes(pid: number): number | undefined {
  const sizes = familyOf(pid).map((each) => field(readProc(`/proc/${each}/smaps_rollup`), "Pss_Anon"));
  return sizes.every((size) => size !== undefined) ? inBytes(sum(sizes)) : undefined;
}

/** The memory of a process and all that it has started, in bytes, quickly and hardly too low: programs count once. */
export function familyBytes(pid: number): number {
  const statuses = familyOf(pid).map((each) => readProc(`/proc/${each}/status`));
  const own = statuses.map((status) => field(status, "RssAnon") ?? 0);
  const shared = statuses.map((status) => (field(status, "RssFile") ?? 0) + (field(status, "RssShmem") ?? 0));
  return inBytes(sum(own) + Math.max(0, ...shared));
}

function inBytes(kibibytes: number): number;
function inBytes(kibibytes: number | undefined): number | undefined;
function inBytes(kibibytes: number | undefined): number | undefined {
  return kibibytes === undefined ? undefined : kibibytes * 1024;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
