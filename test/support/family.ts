import { readdirSync, readFileSync } from "node:fs";

interface Process {
  pid: number;
  parent: number;
  group: number;
}

/** The processes that a process has started, at any depth. Needs /proc. */
export function descendantsOf(pid: number): number[] {
  return descendantsIn(processes(), pid);
}

/** The processes of a group that still run. Needs /proc. */
export function membersOf(group: number): number[] {
  return processes().flatMap((each) => (each.group === group ? [each.pid] : []));
}

function descendantsIn(all: readonly Process[], pid: number): number[] {
  const children = all.filter(({ parent }) => parent === pid);
  return children.flatMap((child) => [child.pid, ...descendantsIn(all, child.pid)]);
}

function processes(): Process[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    const [state, parent, group] = statOf(pid);
    return state === undefined || state === "Z"
      ? []
      : [{ pid: Number(pid), parent: Number(parent), group: Number(group) }];
  });
}

/** The fields after the name, which may contain anything. Empty if the process has just ended. */
function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return [];
  }
}
