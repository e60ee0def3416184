import { type Kind, kindNames } from "../labs/cost/kinds.js";
import type { CostEvent } from "../labs/cost.js";
import { formatDuration } from "../terminal/duration.js";
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

const command: CommandDefinition<CostCommandOptions> = {
  options: [
    option("--count <number>", "how many of each kind", wholeNumber(1, 1_000_000), "10000"),
    option("--kind <kinds>", `kinds to run: ${kindNames.join(", ")}`, listOf(...kindNames), kindNames.join(",")),
    option(
      "--ceiling <size>",
      "memory for each kind (default: 2GiB, or half of the free memory if that is less)",
      sizeFrom(64 * 2 ** 20),
    ),
    option("--hold <duration>", "keep each kind standing, and print its pid", positiveDuration),
  ],
  examples: ["lab cost", "lab cost --kind task,connection --count 20000"],
  async run({ count, kind, ceiling, hold }, { signal, out }) {
    const { cost } = await import("../labs/cost.js");
    const status = new StatusLine();
    const emit = (event: CostEvent) => {
      if (event.type === "step") return status.show(`${event.kind}: ${event.count} stand`);
      if (event.type === "switches") return status.show("switches between tasks, threads and processes");
      status.clear();
      if (event.type === "kind") return out.line(kindLines(event.cost, { count, width: out.width }).join("\n"));
      out.note(`PID = ${event.pid}: ${event.count} of kind ${event.kind} stand for ${formatDuration(hold ?? 0)}`);
    };
    out.line(kindsHeader(count, out.width));
    const running = cost({ count, kinds: kind, ceiling, holdMs: hold }, { signal, emit });
    const report = await running.finally(() => status.clear());
    out.report(report, () => [...chartLines(report, out.width), ...waitingLines(report)], report);
  },
};
export default command;
