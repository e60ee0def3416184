import { Command, CommanderError, Option } from "commander";
import type { RunContext } from "../../concurrency/run.js";
import { createPalette } from "../../terminal/palette.js";
import type { CommandDefinition } from "./command-definition.js";
import { type GlobalOptions, Output } from "./output.js";
import { UsageError } from "./usage-error.js";

const longestLine = 300; // characters of a message that repeats what was typed

/** A line of the table in cli.ts: what to type, what it does, and where it is. Only the command called is imported. */
export type CommandEntry = readonly [
  name: string,
  summary: string,
  // biome-ignore lint/suspicious/noExplicitAny: a command's options are its own affair
  load: () => Promise<{ default: CommandDefinition<any> }>,
];

/** Parse `argv` and run the command it names. Throws UsageError if it cannot be understood. */
export async function runProgram(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  version: string,
  context: RunContext,
): Promise<void> {
  const program = createProgram(version);
  const loaders = new Map<Command, CommandEntry[2]>();
  for (const [name, summary, load] of commands) loaders.set(program.command(name).description(summary), load);
  program.hook("preSubcommand", async (_program, command) => {
    const definition = await loaders.get(command)?.();
    if (definition) configure(command, definition.default, () => createContext(program.opts(), context));
  });
  try {
    await program.parseAsync(normalize(argv, commands), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw toUsageError(error);
  }
}

function createProgram(version: string): Command {
  return new Command("lab")
    .description("Case studies in concurrency that run here and measure what they claim.")
    .addOption(new Option("--json", "one JSON document on stdout and nothing else"))
    .addOption(new Option("--no-color", "plain text"))
    .addOption(new Option("--debug", "errors with their stack trace"))
    .addOption(new Option("--strict", "exit code 1 if a finding does not hold"))
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: () => {} }) // cli.ts prints what is thrown
    .exitOverride();
}

function configure<Options>(
  command: Command,
  { arguments: args = [], options, examples, run }: CommandDefinition<Options>,
  createContext: () => Promise<RunContext & { out: Output }>,
): void {
  for (const argument of args) command.addArgument(argument);
  for (const option of options) command.addOption(option);
  command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
  command.action(async () => {
    const typed = Object.fromEntries(args.map((argument, at) => [argument.name(), command.processedArgs[at]]));
    await run({ ...command.opts(), ...typed } as Options, await createContext());
  });
}

async function createContext(
  { json = false, strict = false, color = true }: Partial<GlobalOptions>,
  context: RunContext,
): Promise<RunContext & { out: Output }> {
  const palette = await createPalette(process.stdout, !color);
  return { ...context, out: new Output({ json, strict }, palette) };
}

/** `lab` alone and `lab help hello` ask for help; of an unknown command there is none, whatever follows it. */
function normalize(argv: readonly string[], commands: readonly CommandEntry[]): readonly string[] {
  if (argv.length === 0) return ["--help"];
  const [first = "", ...rest] = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const isCommand = commands.some(([name]) => name === first);
  return isCommand || first.startsWith("-")
    ? [first, ...rest]
    : [first, ...rest.filter((arg) => !/^(-h|--help)$/.test(arg))];
}

/** Commander's message on one line. */
function toUsageError({ code, message }: CommanderError): UsageError {
  if (code === "commander.help") return new UsageError("expected a command; lab --help lists them");
  const line = message.replace(/^error: /, "").replaceAll("\n", " ");
  return new UsageError(line.replace(/^(unknown option '[^'=]*)=[^']*'/, "$1'").slice(0, longestLine)); // `=` may precede a key
}
