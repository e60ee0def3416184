import { availableParallelism } from "node:os";
import type { ParallelEvent, ParallelReport, ParallelRow } from "../labs/parallel.js";
import { formatDuration } from "../terminal/duration.js";
import { Progress } from "../terminal/progress.js";
import { table } from "../terminal/table.js";
import { counted } from "../text/counted.js";
import { formatSize } from "../text/size.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import type { Output } from "./kit/output.js";
import { wholeNumber } from "./kit/values.js";

interface ParallelCommandOptions {
  cpus?: number;
  size: number;
}

const mostCpus = 64;

const command: CommandDefinition<ParallelCommandOptions> = {
  options: [
    option("--cpus <number>", "threads, and processes (default: one for each CPU)", wholeNumber(1, mostCpus)),
    option("--size <number>", "numbers in the array, 4 bytes each", wholeNumber(1000, 20_000_000), "4000000"),
  ],
  examples: ["lab parallel", "lab parallel --cpus 1 --size 1000000"],
  async run({ cpus = Math.min(mostCpus, availableParallelism()), size }, { signal, out }) {
    const { parallel } = await import("../labs/parallel.js");
    const bytes = formatSize(size * Int32Array.BYTES_PER_ELEMENT);
    out.line(`The same arithmetic over ${size.toLocaleString("en-US")} numbers, ${bytes}\n`);
    const progress = new Progress(undefined);
    const emit = (event: ParallelEvent) => {
      if (event.type === "worked") {
        progress.total = event.steps;
        return progress.step();
      }
      progress.clear();
      out.note(`The machine is busy, or a claim failed: measuring again, round ${event.round}`);
    };
    const report = await parallel({ cpus, size }, { signal, emit }).finally(() => progress.clear());
    out.report(report, () => reportLines(report, out), report);
  },
};
export default command;

function reportLines({ rows }: ParallelReport, { palette }: Output): string[] {
  const head = ["", "start", "copy", "time", "speed-up", "CPU time"];
  const [first = "", ...others] = table([head, ...rows.map(cellsOf)], { right: [1, 2, 3, 4, 5] });
  return [palette.dim(first), ...others];
}

function cellsOf({ way, workers, startMs, copiedBytes, handOverMs, ms, speedUp, cpuMs }: ParallelRow): string[] {
  const start = startMs > 0 ? formatDuration(startMs) : "-";
  const copy = copiedBytes > 0 ? `${formatSize(copiedBytes)} in ${formatDuration(handOverMs)}` : "-";
  return [nameOf(way, workers), start, copy, formatDuration(ms), `${speedUp.toFixed(2)} ×`, formatDuration(cpuMs)];
}

function nameOf(way: ParallelRow["way"], workers: number): string {
  if (way === "sequential") return "one after another";
  if (way === "tasks") return `${counted(workers, "task")} on the loop`;
  return way === "threads" ? counted(workers, "thread") : `${workers} ${workers === 1 ? "process" : "processes"}`;
}
