import type { Fix, RaceEvent, RaceReport } from "../labs/race.js";
import { Progress } from "../terminal/progress.js";
import { counted } from "../text/counted.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { flag, option } from "./kit/option.js";
import { UsageError } from "./kit/usage-error.js";
import { listOf, wholeNumber } from "./kit/values.js";
import { reportLines } from "./race/report-lines.js";

const fixes: readonly Fix[] = ["none", "lock", "atomic", "single", "forgotten"];

interface RaceCommandOptions {
  bots: number;
  tables: number;
  rounds: number;
  fix?: Fix[];
  awaitInside?: true;
}

const command: CommandDefinition<RaceCommandOptions> = {
  options: [
    option("--bots <number>", "bots that change the kitchen at once", wholeNumber(1, 64), "10"),
    option("--tables <number>", "tables of each bot", wholeNumber(1, 1_000_000), "10000"),
    option("--rounds <number>", "rounds, each in a fresh kitchen", wholeNumber(1, 1000), "1"),
    option("--fix <fixes>", `some of ${fixes.join(", ")} (default: all)`, listOf(...fixes)),
    flag("--await-inside", "race in one thread: tasks with an await between read and write"),
  ],
  examples: ["lab race", "lab race --await-inside"],
  async run({ fix, awaitInside, ...options }, { signal, out }) {
    if (fix && awaitInside) throw new UsageError("--fix does not go together with --await-inside");
    const { raceBots } = await import("../labs/race.js");
    const kind = awaitInside ? "tasks of one thread" : "threads";
    out.line(out.palette.title(headline(options, kind)));
    const progress = new Progress(undefined);
    const emit = ({ steps }: RaceEvent) => {
      progress.total = steps;
      progress.step();
    };
    const racing = raceBots({ ...options, fixes: fix, awaitInside }, { signal, emit });
    const report = await racing.finally(() => progress.clear());
    out.report(report, () => reportLines(report, out.palette), report);
  },
};
export default command;

function headline({ bots, tables }: Pick<RaceReport, "bots" | "tables">, kind: string): string {
  return `${counted(bots, "bot")} (${kind}): 4 knives and 4 forks taken and given, for ${counted(tables, "table")} each`;
}
