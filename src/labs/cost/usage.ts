import { familyOf, field, listProc, readProc } from "./proc.js";

/** Resources that a limit of the system may end. */
export interface Usage {
  /** Open files of the process with the most. */
  files: number;
  /** KiB of address space of the process with the most. */
  addressSpace: number;
  /** Memory mappings of the process with the most. */
  maps: number;
  /** Threads of all these processes. */
  threads: number;
  /** Threads of all processes of this user; 0 for root: no limit counts its threads. */
  userThreads: number;
}

/** The resources that a process and all that it has started use now. */
export function usageOf(pid: number): Usage | undefined {
  const family = familyOf(pid);
  const statuses = family.map((each) => readProc(`/proc/${each}/status`));
  if (statuses.some((status) => status === undefined)) return undefined;
  return {
    files: Math.max(...family.map((each) => listProc(`/proc/${each}/fd`).length)),
    addressSpace: Math.max(...statuses.map((status) => field(status, "VmSize") ?? 0)),
    maps: Math.max(...family.map((each) => readProc(`/proc/${each}/maps`)?.split("\n").length ?? 0)),
    threads: statuses.reduce((total, status) => total + (field(status, "Threads") ?? 0), 0),
    userThreads: threadsOfUser(process.getuid?.() ?? 0),
  };
}

/** The resources that one more Node like this one would use. Undefined: there is no /proc. */
export function usageOfOneMore(): Usage | undefined {
  const own = usageOf(process.pid);
  return own && { ...own, userThreads: own.userThreads && own.userThreads + own.threads };
}

function threadsOfUser(uid: number): number {
  if (uid === 0) return 0;
  const ids = listProc("/proc").filter((name) => /^\d+$/.test(name));
  const statuses = ids.map((id) => readProc(`/proc/${id}/status`)).filter((status) => field(status, "Uid") === uid);
  return statuses.reduce((total, status) => total + (field(status, "Threads") ?? 0), 0);
}
