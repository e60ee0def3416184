import { type TierEvent, tower } from "../labs/tower.js";
import type { Palette } from "../terminal/palette.js";
import type { CommandDefinition } from "./kit/command-definition.js";

const command: CommandDefinition<object> = {
  options: [],
  examples: ["lab tower", "lab tower --json"],
  async run(options, { signal, out }) {
    const emit = (tier: TierEvent) => {
      for (const line of tierLines(tier, out.palette)) out.line(line);
    };
    const report = await tower(options, { signal, emit });
    out.report(report, () => ["★ essential for writers of programs"], { findings: report.findings, areShown: true });
  },
};
export default command;

function tierLines(tier: TierEvent, { title, dim, good, bad }: Palette): string[] {
  const { asyncio, node, difference, others, claim, measured, holds } = tier;
  const row = (label: string, text: string) => `  ${dim(label.padEnd(8))} ${text}`;
  return [
    title(`${tier.tier} ${tier.name}${tier.essential ? " ★" : ""}`),
    row("asyncio", asyncio),
    row("Node", node),
    row("differs", difference),
    row("others", others),
    `  ${holds ? good("✔") : bad("✘")} ${claim}`,
    row("measured", measured),
    "",
  ];
}
