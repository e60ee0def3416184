import { bash } from "./completion/bash.js";
import { fish } from "./completion/fish.js";
import { zsh } from "./completion/zsh.js";
import { catalogue } from "./kit/catalogue.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { argument } from "./kit/option.js";
import { oneOf } from "./kit/values.js";

const scripts = { bash, zsh, fish };

const command: CommandDefinition<{ shell: keyof typeof scripts }> = {
  arguments: [argument("<shell>", "shell to complete in: bash, zsh or fish", oneOf("bash", "zsh", "fish"))],
  options: [],
  examples: ["lab completion bash", "lab completion fish --json"],
  async run({ shell }, { out, chapters }) {
    const script = scripts[shell](await catalogue(chapters));
    out.report({ shell, script }, () => [script]);
  },
};
export default command;
