import type { NoAnswer } from "../inspect/ask-program.js";
import { formatDuration } from "../terminal/duration.js";
import { table } from "../terminal/table.js";
import { printable } from "../text/printable.js";
import type { CommandContext, CommandDefinition } from "./kit/command-definition.js";
import { argument, option } from "./kit/option.js";
import { positiveDuration, wholeNumber } from "./kit/values.js";
import { type AskOptions, askOne } from "./ps/ask-one.js";
import { countTasks } from "./ps/tree-lines.js";

const command: CommandDefinition<AskOptions & { pid: number | undefined }> = {
  arguments: [
    argument("[pid]", "the program to ask; without it: list those that can be asked", wholeNumber(1, 2 ** 22)),
  ],
  options: [option("--every <duration>", "ask again and again, at this interval", positiveDuration)],
  examples: ["lab ps", "lab ps 4711"],
  async run({ pid, ...options }, context) {
    await (pid === undefined ? list(context) : askOne(pid, options, context));
  },
};
export default command;

interface Row {
  pid: number;
  name: string;
  node?: string;
  upMs?: number;
  rssMiB?: number;
  tasks?: number;
  lateMs?: number;
  /** Why there is no answer. */
  error?: string;
}

async function list({ out, signal }: CommandContext): Promise<void> {
  const { answeringProcesses } = await import("../inspect/processes.js");
  const { askProgram } = await import("../inspect/ask-program.js");
  const ask = async ({ pid, name }: { pid: number; name: string }): Promise<Row> => {
    try {
      const { lateMs, snapshot } = (await askProgram(pid, signal)).answer;
      if (snapshot === undefined) return { pid, name, lateMs };
      const { node, upMs, rssMiB, tree } = snapshot;
      return { pid, name, node, upMs, rssMiB, tasks: countTasks(tree), lateMs };
    } catch (error) {
      signal.throwIfAborted();
      return { pid, name, error: (error as NoAnswer).message };
    }
  };
  const programs = await Promise.all(answeringProcesses().map(ask));
  out.report({ programs }, () => lines(programs));
}

function lines(programs: readonly Row[]): string[] {
  if (programs.length === 0) return ["No program of yours runs under run() of asyncio-lab/concurrency."];
  const rows = programs.map(({ pid, name, node = "?", upMs, rssMiB, tasks, lateMs = 0, error }) => [
    `${pid}`,
    printable(name),
    printable(node),
    upMs === undefined ? "" : formatDuration(upMs),
    rssMiB === undefined ? "" : `${rssMiB} MiB`,
    tasks === undefined ? "" : `${tasks}`,
    error ? "no answer" : lateMs > 50 ? `blocked for ${lateMs} ms` : "",
  ]);
  return table([["pid", "program", "Node", "up", "memory", "tasks", ""], ...rows], { right: [0, 3, 4, 5] });
}
