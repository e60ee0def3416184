import { Command, CommanderError, Option } from "commander";
import type { RunContext } from "../../concurrency/index.js";
import { createPalette } from "../../terminal/palette.js";
import type { CommandContext, CommandDefinition } from "./command-definition.js";
import { addOptions } from "./option.js";
import { type GlobalOptions, Output } from "./output.js";
import { UsageError } from "./usage-error.js";

const longestLine = 300; // characters of a message that repeats what was typed

/**
 * A line of the table in cli.ts: what to type, what it does, and where it is. Only the command called is imported. A
 * line without the last is a group: `apm` is, for the names after it that begin with `apm `.
 */
export type CommandEntry = readonly [name: string, summary: string, load?: Load];

// biome-ignore lint/suspicious/noExplicitAny: a command's options are its own affair
type Load = () => Promise<{ default: CommandDefinition<any> }>;

/** Parse `argv` and run the command it names. Throws UsageError if it cannot be understood. */
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
    .addOption(new Option("--json", "JSON on stdout and nothing else: one document, or one a line as things happen"))
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

const aboutDurations = "A duration is 250ms, 1.5s, 2m or 1h; a bare number is milliseconds.";

/** The group that `words` name, the program itself for none. */
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

/** `lab`, `lab apm` and `lab help hello` ask for help; of an unknown command there is none, whatever follows it. */
function normalize(argv: readonly string[], commands: readonly CommandEntry[]): readonly string[] {
  const typed = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  const [first = "--help", second = "--help"] = typed;
  if (first.startsWith("-")) return [first, ...typed.slice(1)];
  const isGroup = commands.some(([name]) => name.startsWith(`${first} `));
  if (isGroup && second.startsWith("-")) return typed.length > 1 ? typed : [first, "--help"];
  const name = isGroup ? `${first} ${second}` : first;
  return commands.some(([known]) => known === name) ? typed : typed.filter((arg) => arg !== "-h" && arg !== "--help");
}

/** Commander's message on one line. */
function toUsageError({ code, message }: CommanderError): UsageError {
  if (code === "commander.help") return new UsageError("expected a command; lab --help lists them");
  const line = message.replace(/^error: /, "").replaceAll("\n", " ");
  return new UsageError(line.replace(/^(unknown option '[^'=]*)=[^']*'/, "$1'").slice(0, longestLine)); // `=` may precede a key
}
