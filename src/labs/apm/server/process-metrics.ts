import { readdirSync, readFileSync } from "node:fs";
import { Counter, Gauge, type Registry } from "prom-client";

/** `process_*` of this process, under the names that Prometheus knows. Those of /proc are missing elsewhere. */
export function processMetrics(registry: Registry): void {
  const gauge = (name: string, help: string, value: () => number | undefined) => {
    const metric: Gauge = new Gauge({
      name: `process_${name}`,
      help,
      registers: [registry],
      collect: () => {
        const now = value();
        if (now === undefined) metric.remove();
        else metric.set(now);
      },
    });
  };
  const cpu: Counter = new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time of the server, user and system.",
    registers: [registry],
    collect: () => {
      const { user, system } = process.cpuUsage();
      cpu.reset();
      cpu.inc((user + system) / 1e6);
    },
  });
  gauge("start_time_seconds", "Start of the server in Unix seconds.", () => performance.timeOrigin / 1000);
  gauge("resident_memory_bytes", "Resident memory of the server.", () => process.memoryUsage.rss());
  gauge("open_fds", "Open file descriptors of the server.", () => orNothing(() => readdirSync("/proc/self/fd").length));
  gauge("max_fds", "Most file descriptors that the server may open.", () => orNothing(mostDescriptors));
}

function mostDescriptors(): number | undefined {
  const [, most] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
  return most === undefined ? undefined : Number(most);
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined; // no /proc
  }
}
