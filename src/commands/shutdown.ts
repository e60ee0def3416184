import { type RowName, rowNames } from "../labs/shutdown/names.js";
import type { ProgramEnd, ShutdownRow } from "../labs/shutdown.js";
import type { Palette } from "../terminal/palette.js";
import { table } from "../terminal/table.js";
import { counted } from "../text/counted.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import { listOf } from "./kit/values.js";

interface ShutdownCommandOptions {
  only?: RowName[];
}

const command: CommandDefinition<ShutdownCommandOptions> = {
  options: [option("--only <names>", "programs to run, such as waits,sigterm (default: all)", listOf(...rowNames))],
  examples: ["lab shutdown", "lab shutdown --only waits,first-ctrl-c,second-ctrl-c"],
  async run({ only = [...rowNames] }, { signal, out }) {
    const { shutdown } = await import("../labs/shutdown.js");
    out.line("How a program ends: time from the end of main or the last signal, exit code, parts");
    const emit = (row: ShutdownRow) => {
      for (const line of rowLines(row, out.palette)) out.line(line);
    };
    const report = await shutdown({ only }, { signal, emit });
    out.report(report, () => [], report);
  },
};
export default command;

const startNames = { run: "run()", alone: "main()", exit: "exit()" };

function rowLines({ title, ends }: ShutdownRow, { title: bold }: Palette): string[] {
  const cells = ends.map((end) => [`  ${startNames[end.start]}`, timeOf(end), codeOf(end), partsOf(end)]);
  return ["", bold(title), ...table(cells, { right: [1] })];
}

function timeOf({ ms }: ProgramEnd): string {
  return ms === null ? "-" : `${ms.toFixed(0)} ms`;
}

function codeOf({ exitCode, signal }: ProgramEnd): string {
  return signal ?? String(exitCode);
}

function partsOf({ ran, cancelled, lost }: ProgramEnd): string {
  const groups = [["ran", ran] as const, ["cancelled", cancelled] as const, ["lost", lost] as const];
  return groups
    .filter(([, parts]) => parts.length > 0)
    .map(([word, parts]) => `${word} ${listed(parts)}`)
    .join("; ");
}

/** The tasks of a pool as their number. */
function listed(parts: readonly string[]): string {
  const others = parts.filter((part) => !/^task \d/.test(part));
  const tasks = parts.length - others.length;
  return [...others, ...(tasks > 0 ? [counted(tasks, "task")] : [])].join(", ");
}
