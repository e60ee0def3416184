import type { CommandDefinition } from "./kit/command-definition.js";
import { argument, option } from "./kit/option.js";
import { positiveDuration, wholeNumber } from "./kit/values.js";
import { type AskOptions, askOne } from "./ps/ask-one.js";

const command: CommandDefinition<AskOptions & { pid: number }> = {
  arguments: [argument("<pid>", "the program to ask, see lab ps", wholeNumber(1, 2 ** 22))],
  options: [option("--every <duration>", "ask again and again, at this interval", positiveDuration)],
  examples: ["lab tree 4711", "lab tree 4711 --every 500ms --json"],
  run: ({ pid, ...options }, context) => askOne(pid, options, context),
};
export default command;
