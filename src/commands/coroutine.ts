import { type CheckEvent, checkNames, coroutine } from "../labs/coroutine.js";
import type { Palette } from "../terminal/palette.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { option } from "./kit/option.js";
import { listOf } from "./kit/values.js";

interface CoroutineCommandOptions {
  only?: string[];
}

const command: CommandDefinition<CoroutineCommandOptions> = {
  options: [option("--only <names>", "checks to run, separated by commas (default: all)", listOf(...checkNames))],
  examples: ["lab coroutine", "lab coroutine --only send,throw,close"],
  async run({ only }, { signal, out }) {
    let lastTitle: string | undefined;
    const emit = (check: CheckEvent) => {
      const { title } = check;
      if (title !== lastTitle) out.line(`${lastTitle === undefined ? "" : "\n"}${out.palette.title(title)}`);
      lastTitle = title;
      for (const line of checkLines(check, out.palette)) out.line(line);
    };
    const report = await coroutine({ only }, { signal, emit });
    out.report(report, () => [], { findings: report.findings, areShown: true });
  },
};
export default command;

function checkLines({ number, name, claim, measured, holds }: CheckEvent, { dim, good, bad }: Palette): string[] {
  const mark = holds ? good("✔") : bad("✘");
  return [`${String(number).padStart(2)} ${mark} ${claim} ${dim(`(${name})`)}`, `     ${dim(measured)}`];
}
