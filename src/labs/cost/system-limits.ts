import { readProc } from "./proc.js";
import type { Usage } from "./usage.js";

/** A limit of the system on this program and its children. */
export interface SystemLimit {
  /** As a shell or sysctl names it, such as `ulimit -n`. */
  name: string;
  value: number;
  /** The resource that it ends. Undefined: not measured, and known by its error alone. */
  of: keyof Usage | undefined;
  /** Others have taken so much of it. Default: none, or they are in the usage already. */
  taken?: number | undefined;
}

/** The limits that hold here, as far as /proc and the cgroup tell. Unlimited resources are left out. */
export function systemLimits(): SystemLimit[] {
  const limits = readProc("/proc/self/limits") ?? "";
  const isRoot = process.getuid?.() === 0; // the kernel does not count the processes of root
  const [first, last] = readProc("/proc/sys/net/ipv4/ip_local_port_range")?.trim().split(/\s+/).map(Number) ?? [];
  const ports = first !== undefined && last !== undefined ? last - first + 1 : undefined;
  const pids = tightestPids();
  const all: [string, number | undefined, keyof Usage | undefined, (number | undefined)?][] = [
    ["ulimit -n", softLimit(limits, "Max open files"), "files"],
    ["ulimit -v", kibibytes(softLimit(limits, "Max address space")), "addressSpace"],
    ["ulimit -u", isRoot ? undefined : softLimit(limits, "Max processes"), "userThreads"],
    ["vm.max_map_count", wholeNumber(readProc("/proc/sys/vm/max_map_count")), "maps"],
    ["pids.max", pids?.max, "threads", pids?.current],
    ["fs.file-max", wholeNumber(readProc("/proc/sys/fs/file-max")), undefined],
    ["ip_local_port_range", ports, undefined],
  ];
  return all.flatMap(([name, value, of, taken]) => (value === undefined ? [] : [{ name, value, of, taken }]));
}

function softLimit(limits: string, name: string): number | undefined {
  return wholeNumber(new RegExp(`^${name}\\s+(\\S+)`, "m").exec(limits)?.[1]);
}

/** Undefined for `unlimited` and `max`. */
function wholeNumber(text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? "";
  return /^\d+$/.test(trimmed) ? Number(trimmed) : undefined;
}

function kibibytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : Math.floor(bytes / 1024);
}

/** The `pids.max` with the least room of this process's cgroup and of those above it, version 1 or 2. */
export function tightestPids(read: typeof readProc = readProc): { max: number; current: number } | undefined {
  const lines = read("/proc/self/cgroup")?.split("\n") ?? [];
  const paths = lines.flatMap((line) => {
    const [, controllers, path = "/"] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === "") return [`/sys/fs/cgroup${path}`];
    return controllers?.split(",").includes("pids") ? [`/sys/fs/cgroup/pids${path}`] : [];
  });
  const limits = paths.flatMap(withParents).flatMap((path) => {
    const max = wholeNumber(read(`${path}/pids.max`));
    return max === undefined ? [] : [{ max, current: wholeNumber(read(`${path}/pids.current`)) ?? 0 }];
  });
  return limits.sort((a, b) => a.max - a.current - (b.max - b.current))[0];
}

function withParents(path: string): string[] {
  const parts = path.replace(/\/$/, "").split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/")).filter((each) => each !== "");
}
