import type { Kind } from "../labs/cost.js";
import { StatusLine } from "../terminal/status-line.js";
import { chartLines, kindLines, kindsHeader, waitingLines } from "./cost/lines.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import { listOf, positiveDuration, sizeFrom, wholeNumber } from "./kit/values.js";

interface CostCommandOptions {
  count: number;
  kind: Kind[];
  ceiling?: number;
  hold?: number;
}

const kinds = ["task", "connection", "os-thread", "thread", "process"] as const;

const command: CommandDefinition<CostCommandOptions> = {
  options: [
    option("--count <number>", "how many of each kind", wholeNumber(1, 1_000_000), "10000"),
    option("--kind <kinds>", `kinds to run: ${kinds.join(", ")}`, listOf(...kinds), kinds.join(",")),
    option(
      "--ceiling <size>",
      "memory for each kind (default: 2GiB, or half of the free memory)",
      sizeFrom(64 * 2 ** 20),
    ),
    option("--hold <duration>", "keep each kind standing, and print its pid", positiveDuration),
  ],
  examples: ["lab cost", "lab cost --kind task,connection --count 20000"],
  async run({ count, kind, ceiling, hold }, { signal, out }) {
    const { cost } = await import("../labs/cost.js");
    const status = new StatusLine();
    out.line(kindsHeader(count, out.width));
    try {
      const report = await cost(
        { count, kinds: kind, ceiling, holdMs: hold },
        {
          signal,
          emit(event) {
            if (event.type === "step") return status.show(`${event.kind}: ${event.count} stand`);
            if (event.type === "switches") return status.show("switches between tasks, threads and processes");
            status.clear();
            if (event.type === "kind") return out.line(kindLines(event.cost, out.width).join("\n"));
            out.note(`PID = ${event.pid}: ${event.count} of kind ${event.kind} stand for ${hold} ms`);
          },
        },
      );
      status.clear();
      out.report(report, () => [...chartLines(report, out.width), ...waitingLines(report)], report);
    } finally {
      status.clear();
    }
  },
};
export default command;
