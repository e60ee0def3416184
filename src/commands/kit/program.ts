import { Command, CommanderError, Option } from "commander";
import type { RunContext } from "../../concurrency/index.js";
import { createPalette } from "../../terminal/palette.js";
import type { CommandContext, CommandDefinition } from "./command-definition.js";
import { addOptions } from "./option.js";
import { type GlobalOptions, Output } from "./output.js";
import { UsageError } from "./usage-error.js";

const longestMessage = 300; // characters; a message may repeat a long argument

/**
 * A line of the table in cli.ts. Only the called command is loaded. A line without `load` is a group: `apm` is the group of
 * the following names that begin with `apm `.
 */
export type CommandEntry = readonly [name: string, summary: string, load?: Load];

// biome-ignore lint/suspicious/noExplicitAny: each command has its own type of options
type Load = () => Promise<{ default: CommandDefinition<any> }>;

/** Parse `argv` and run its command. Rejects with UsageError if `argv` cannot be parsed. */
export async function runProgram(
  argv: readonly string[],
  commands: readonly CommandEntry[],
  version: string,
  context: RunContext,
): Promise<void> {
  const program = createProgram(version);
  for (const [name, summary, load] of commands) {
    const words = name.split(" ");
    const last = words.pop() ?? "";
    const command = groupOf(program, words).command(last).description(summary).helpCommand(false);
    if (load) loadBeforeUse(command, load, () => createContext(program.opts(), context, argv));
  }
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
    .addOption(new Option("--json", "JSON only on stdout: one document, or one line per event"))
    .addOption(new Option("--no-color", "text without colours"))
    .addOption(new Option("--debug", "stack traces of errors"))
    .addOption(new Option("--strict", "exit code 1 if a finding does not hold"))
    .version(version, "--version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeErr: () => {} }) // cli.ts prints the error
    .exitOverride();
}

const aboutDurations = "A duration is 250ms, 1.5s, 2m or 1h; a bare number is milliseconds.";

/** The command group with these names. Without names, the program itself. */
function groupOf(program: Command, words: readonly string[]): Command {
  return words.reduce((group, word) => {
    const next = group.commands.find((command) => command.name() === word);
    if (!next) throw new Error(`the table of commands has no group "${words.join(" ")}"`);
    return next;
  }, program);
}

function loadBeforeUse(command: Command, load: Load, createContext: () => Promise<CommandContext>): void {
  command.parent?.hook("preSubcommand", async (_group, called) => {
    if (called === command) configure(command, (await load()).default, createContext);
  });
}

function configure<Options>(
  command: Command,
  { arguments: args = [], options, rest, examples, prepare, run }: CommandDefinition<Options>,
  createContext: () => Promise<CommandContext>,
): void {
  for (const argument of args) command.addArgument(argument);
  addOptions(command, options);
  if (rest) command.usage(`[options] [-- ${rest}...]`).argument(`[${rest}...]`);
  const usesDurations = options.some(({ flags }) => flags.includes("<duration>"));
  if (usesDurations) command.addHelpText("after", `\n${aboutDurations}`);
  command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  ${example}`).join("\n")}`);
  command.action(async () => {
    prepare?.();
    const context = await createContext();
    const astray = rest === undefined ? 0 : command.args.length - context.rest.length;
    if (astray > 0) throw new UsageError(`too many arguments for '${command.name()}': a ${rest} goes after --`);
    const typed = Object.fromEntries(args.map((argument, at) => [argument.name(), command.processedArgs[at]]));
    await run({ ...command.opts(), ...typed } as Options, context);
  });
}

async function createContext(
  { json = false, strict = false, color = true }: Partial<GlobalOptions>,
  context: RunContext,
  argv: readonly string[],
): Promise<CommandContext> {
  const palette = await createPalette(process.stdout, !color);
  const end = argv.indexOf("--");
  const out = new Output({ json, strict }, palette, context.signal);
  return { ...context, out, rest: end < 0 ? [] : argv.slice(end + 1) };
}

/**
 * The arguments that commander is to see. `lab`, `lab apm` and `lab help hello` become a request for help. `--help` after
 * an unknown command is dropped, so that commander reports the command.
 */
function normalize(argv: readonly string[], commands: readonly CommandEntry[]): readonly string[] {
  const typed = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const [first = "--help", second = "--help"] = typed;
  if (first.startsWith("-")) return [first, ...typed.slice(1)];
  const isGroup = commands.some(([name]) => name.startsWith(`${first} `));
  if (isGroup && second.startsWith("-")) return typed.length > 1 ? typed : [first, "--help"];
  const name = isGroup ? `${first} ${second}` : first;
  return commands.some(([known]) => known === name) ? typed : typed.filter((arg) => arg !== "-h" && arg !== "--help");
}

/** Commander's error as one line. */
function toUsageError({ code, message }: CommanderError): UsageError {
  if (code === "commander.help") return new UsageError("expected a command; lab --help lists them");
  const line = message.replace(/^error: /, "").replaceAll("\n", " ");
  return new UsageError(line.replace(/^(unknown option '[^'=]*)=[^']*'/, "$1'").slice(0, longestMessage)); // a secret may follow the `=`
}
