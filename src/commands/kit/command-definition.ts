import type { Argument, Option } from "commander";
import type { RunContext } from "../../concurrency/index.js";
import type { Output } from "./output.js";

export interface CommandContext extends RunContext {
  out: Output;
  /** The words after `--`; none unless the command takes them. */
  rest: readonly string[];
}

/** One command, the default export of its file: its options, two examples that work as printed, and what it does. The summary is in the table of cli.ts. */
export interface CommandDefinition<Options> {
  /** What is typed without a flag; each becomes an option of its name. */
  arguments?: readonly Argument[];
  options: readonly Option[];
  /** What the words after `--` are, if it takes any, as the help shows it: `command`. */
  rest?: string;
  examples: readonly [string, string];
  /** Tells the engine what this process is for, before anything else is done. */
  prepare?(): void;
  /** Runs a lab and prints its report. Ends when `context.signal` aborts; throws UsageError for options that do not go together. */
  run(options: Options, context: CommandContext): Promise<void>;
}
