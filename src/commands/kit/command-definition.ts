import type { Argument, Option } from "commander";
import type { RunContext } from "../../concurrency/index.js";
import type { Output } from "./output.js";

export interface CommandContext extends RunContext {
  out: Output;
  /** The words after `--`. Empty if the command takes none. */
  rest: readonly string[];
}

/** One command, the default export of its file. Its name and summary are in the table of cli.ts. */
export interface CommandDefinition<Options> {
  /** The words without a flag. Each becomes an option of its name. */
  arguments?: readonly Argument[];
  options: readonly Option[];
  /** The name of the words after `--` in the help, such as `command`. Default: the command takes none. */
  rest?: string;
  /** They work as printed. */
  examples: readonly [string, string];
  /** Sets up the engine. Called before everything else. */
  prepare?(): void;
  /** Runs a lab and prints its report. Rejects with UsageError if options exclude each other. Cancellation: ends on an abort. */
  run(options: Options, context: CommandContext): Promise<void>;
}
