import type { BlockingRow, Place } from "../labs/blocking.js";
import type { Palette } from "../terminal/palette.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import { listOf, positiveDuration } from "./kit/values.js";

interface BlockingCommandOptions {
  for: number;
  on: Place[];
}

const mostCells = 60;
const cellMs = 12.5; // a little over the 10 ms between beats, so that only a stall leaves cells empty

const command: CommandDefinition<BlockingCommandOptions> = {
  options: [
    option("--for <duration>", "time that each call blocks", positiveDuration, "500ms"),
    option(
      "--on <places>",
      "places to run it in: main, thread, process",
      listOf("main", "thread", "process"),
      "main,thread,process",
    ),
  ],
  examples: ["lab blocking", "lab blocking --for 1s --on main,thread"],
  async run({ for: forMs, on }, { signal, out }) {
    const { blocking } = await import("../labs/blocking.js");
    out.line(`A call that blocks for ${forMs} ms, under a heartbeat on the event loop (·)\n`);
    const report = await blocking({ forMs, on }, { signal, emit: (row) => out.line(rowLine(row, out.palette)) });
    out.report(report, () => [], report);
  },
};
export default command;

/** The place, the call, its heartbeats and its longest stall. A stall shows as a gap between the beats. */
function rowLine({ place, call, beats, stallMs, loopDelayMs }: BlockingRow, { dim }: Palette): string {
  const end = beats.at(-1) ?? 0;
  const cells = Math.min(mostCells, Math.ceil(end / cellMs));
  const row = Array.from({ length: cells }, () => " ");
  for (const beat of beats) row[Math.min(cells - 1, Math.floor((beat / end) * cells))] = "·";
  const name = call === "busy" ? "busy" : "sleeping";
  const stall = `stall ${stallMs.toFixed(0).padStart(4)} ms`;
  return `${place.padEnd(7)} ${name.padEnd(8)} ${row.join("")} ${stall} ${dim(`(event-loop delay ${loopDelayMs.toFixed(0)} ms)`)}`;
}
