import { type HelloEvent, type HelloReport, hello } from "../labs/hello.js";
import { table } from "../terminal/table.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import { duration, wholeNumber } from "./kit/values.js";

interface HelloCommandOptions {
  delay: number;
  count: number;
}

const command: CommandDefinition<HelloCommandOptions> = {
  options: [
    option("--delay <duration>", "time between hello and goodbye", duration, "1s"),
    option("--count <number>", "number of hellos at once", wholeNumber(1, 10_000), "1"),
  ],
  examples: ["lab hello", "lab hello --count 100 --delay 1s"],
  async run({ delay, count }, { signal, out }) {
    const report = await hello(
      { delayMs: delay, count },
      { signal, ...(!out.json && { emit: (event) => out.line(eventLine(event, count)) }) },
    );
    const lines = () => ["", out.palette.title("Life cycle"), ...lifeCycleLines(report.lifeCycle)];
    out.report(report, lines, { findings: report.findings });
  },
};
export default command;

function eventLine({ at, task, text }: HelloEvent, count: number): string {
  return `${ctime(at)} ${text}${count > 1 ? ` (${task})` : ""}`;
}

function lifeCycleLines(lifeCycle: HelloReport["lifeCycle"]): string[] {
  const rows = lifeCycle.map(({ step, detail, ms }) => [`${ms.toFixed(1)} ms`, step, detail]);
  return table(rows, { right: [0] });
}

/** A time as Python's time.ctime() writes it: `Sun Nov 22 20:01:54 2026`. */
function ctime(at: Date): string {
  const [weekday, month, day, year] = at.toDateString().split(" ");
  return `${weekday} ${month} ${day} ${at.toTimeString().slice(0, 8)} ${year}`;
}
