import type { Dsn } from "../../labs/patrons/dsn.js";
import type { Protections } from "../../labs/patrons/protections.js";
import type { ProveEvent, ProveReport } from "../../labs/patrons/prove/prove.js";
import { formatDuration } from "../../terminal/duration.js";
import { table } from "../../terminal/table.js";
import { counted } from "../../text/counted.js";
import type { CommandContext } from "../kit/command-definition.js";

const durationMs = 10_000;

export interface ProveCommandOptions {
  dsn: Dsn;
  instances: number;
  pool: number;
  without?: keyof Protections | undefined;
}

/** Run `lab patrons --prove`: the load, the faults, then the table and the findings. */
export async function proveCoherence(options: ProveCommandOptions, { signal, out }: CommandContext): Promise<void> {
  const { provePatrons } = await import("../../labs/patrons/prove/prove.js");
  const { servePatrons } = await import("../../labs/patrons.js");
  const emit = (event: ProveEvent) => out.note(noteOf(event));
  out.line(out.palette.title(headline(options)));
  const report = await provePatrons({ ...options, durationMs }, servePatrons, { signal, emit });
  out.report(report, () => linesOf(report), { findings: report.findings });
}

function headline({ instances, without }: ProveCommandOptions): string {
  return `${counted(instances, "instance")}${without === undefined ? "" : `, without ${without}`}: each read is judged by the writes before it`;
}

function noteOf(event: ProveEvent): string {
  if (event.type === "load") return `Reading and writing for ${formatDuration(event.durationMs)}`;
  if (event.type === "frozen") return "Froze the path of a listener: it stays open, and nothing comes through";
  return `Killed ${counted(event.connections, "connection")} that listened`;
}

function linesOf({ cache, writes, failed }: ProveReport): string[] {
  const cells = [cache.hit, cache.miss, cache.bypass, writes, failed].map((count) => `${count}`);
  return ["", ...table([["hits", "misses", "bypasses", "writes", "failed"], cells], { right: [0, 1, 2, 3, 4] }), ""];
}
