import { freemem } from "node:os";

/** The memory that this process may still take, in bytes. A limit of its cgroup counts. */
export function availableBytes(): number {
  return process.availableMemory?.() ?? freemem();
}
