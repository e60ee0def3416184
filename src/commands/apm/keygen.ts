import { ExitError } from "../../concurrency/index.js";
import { printable } from "../../text/printable.js";
import type { CommandDefinition } from "../kit/command-definition.js";
import { native } from "../kit/native.js";
import { BadValue, option } from "../kit/option.js";
import { shown } from "../kit/values.js";

const command: CommandDefinition<{ out: string }> = {
  options: [
    option(
      "--out <file>",
      "key file of the server; the key file of the clients is <file>.client",
      path,
    ).makeOptionMandatory(),
  ],
  examples: ["lab apm keygen --out lab.keys", "lab apm keygen --out other.keys --json"],
  async run({ out: file }, { out }) {
    const { keygen } = await native(() => import("../../labs/apm/keygen.js"));
    const report = await keygen({ out: file }).catch(nameOption);
    out.report(report, () => [
      `${printable(report.server)}  for the side that binds; keep it there`,
      `${printable(report.client)}  for the sides that connect; hand it over by a safe channel`,
    ]);
  },
};
export default command;

function nameOption(error: Error): never {
  if (error instanceof ExitError) throw error;
  throw new ExitError(1, `--out must be a file that can be written to: ${error.message}`);
}

function path(text: string): string {
  if (text === "-")
    throw new BadValue('must be the name of a file, got "-": there are two files, and keys are not printed');
  if (text === "" || text.includes("\0")) throw new BadValue(`must be the name of a file, got ${shown(text)}`);
  return text;
}
