import type { Argument, Option } from "commander";
import type { RunContext } from "../../concurrency/index.js";
import type { Output } from "./output.js";

export interface CommandContext extends RunContext {
  out: Output;
  /** The words after `--`. Empty if the command takes none. */
  rest: readonly string[];
  /** Whether there was a `--`. */
  dashes: boolean;
  /** The table of all commands. */
  chapters: Chapters;
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
  /** After a signal the command itself says that it takes longer than 2 s. */
  noticesItsEnd?: true;
  /** Runs a lab and prints its report. Rejects with UsageError if options exclude each other. Cancellation: ends on an abort. */
  run(options: Options, context: CommandContext): Promise<void>;
}

/** The commands by chapter, in the order of the help. */
export type Chapters = Readonly<Record<string, readonly CommandEntry[]>>;

/**
 * A line of the table in cli.ts. Only the called command is loaded. A line without `load` is a group: `apm` is the group of
 * the following names that begin with `apm `.
 */
export type CommandEntry = readonly [name: string, summary: string, load?: Load];

// biome-ignore lint/suspicious/noExplicitAny: each command has its own type of options
export type Load = () => Promise<{ default: CommandDefinition<any> }>;
