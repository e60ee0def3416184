import { type Argument, Command, CommanderError, Help, type Option } from "commander";
import type { RunContext } from "../../concurrency/index.js";
import { createPalette } from "../../terminal/palette.js";
import type { Chapters, CommandContext, CommandDefinition, Load } from "./command-definition.js";
import { normalize } from "./command-line.js";
import { description, firstScreen } from "./first-screen.js";
import { globalOptions, helpFlags, traceLimit, versionFlags } from "./global-options.js";
import { addOptions } from "./option.js";
import { type GlobalOptions, Output } from "./output.js";
import { runTraced } from "./tracing.js";
import { UsageError } from "./usage-error.js";
import { shown } from "./values.js";

const longestMessage = 300; // characters; a message may repeat a long argument

/** Parse `argv` and run its command, after `onCall`. Rejects with UsageError if `argv` cannot be parsed. */
export async function runProgram(
  argv: readonly string[],
  chapters: Chapters,
  version: string,
  context: RunContext,
  onCall: (command: CommandDefinition<unknown>) => void,
): Promise<void> {
  const program = createProgram(version, chapters);
  for (const [name, summary, load] of Object.values(chapters).flat()) {
    const words = name.split(" ");
    const last = words.pop() ?? "";
    const command = groupOf(program, words).command(last).description(summary).helpCommand(false);
    const prepare = () => createContext(program.opts(), { ...context, chapters }, argv);
    if (load) loadBeforeUse(command, load, onCall, prepare);
  }
  try {
    await program.parseAsync(normalize(argv, chapters), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw toUsageError(error, program);
  }
}

function createProgram(version: string, chapters: Chapters): Command {
  const program = new Command("lab").description(description);
  for (const option of globalOptions()) program.addOption(option);
  return program
    .version(version, ...versionFlags)
    .helpOption(...helpFlags)
    .helpCommand(false)
    .configureHelp({
      showGlobalOptions: true,
      formatHelp(command, helper) {
        if (command !== program) return Help.prototype.formatHelp.call(helper, command, helper);
        const rowOf = (option: Option) => [helper.optionTerm(option), helper.optionDescription(option)] as const;
        const options = helper.visibleOptions(command).filter(({ flags }) => flags !== traceLimit);
        return firstScreen({ chapters, options: options.map(rowOf) });
      },
    })
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

function loadBeforeUse(
  command: Command,
  load: Load,
  onCall: (command: CommandDefinition<unknown>) => void,
  createContext: () => Promise<CommandContext>,
): void {
  command.parent?.hook("preSubcommand", async (_group, called) => {
    if (called !== command) return;
    const { default: definition } = await load();
    onCall(definition);
    configure(command, definition, createContext);
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
  command.allowExcessArguments().action(async () => {
    prepare?.();
    const context = await createContext();
    refuseExcess(command, args, rest, context.rest);
    if (rest && context.dashes && context.rest.length === 0)
      throw new UsageError(`a ${rest} must follow --, got nothing`);
    const typed = Object.fromEntries(args.map((argument, at) => [argument.name(), command.processedArgs[at]]));
    const choice = command.optsWithGlobals<GlobalOptions>();
    await runTraced(nameOf(command), choice, context, () => run({ ...command.opts(), ...typed } as Options, context));
  });
}

/** Throws UsageError for words that the command does not take. */
function refuseExcess(
  command: Command,
  args: readonly Argument[],
  rest: string | undefined,
  after: readonly string[],
): void {
  const words = rest === undefined ? command.args : command.args.slice(0, command.args.length - after.length);
  const excess = args.some(({ variadic }) => variadic) ? [] : words.slice(args.length);
  if (excess.length === 0) return;
  const takes = rest === undefined ? `it takes ${args.length || "none"}` : `a ${rest} goes after --`;
  throw new UsageError(`too many arguments for '${nameOf(command)}': ${takes}, got ${shown(excess.join(" "))}`);
}

/** As typed, such as `apm server`. */
function nameOf(command: Command): string {
  return command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();
}

async function createContext(
  { json = false, strict = false, color = true }: Partial<GlobalOptions>,
  context: RunContext & { chapters: Chapters },
  argv: readonly string[],
): Promise<CommandContext> {
  const palette = await createPalette(process.stdout, !color);
  const end = argv.indexOf("--");
  const out = new Output({ json, strict }, palette, context.signal);
  return { ...context, out, dashes: end >= 0, rest: end < 0 ? [] : argv.slice(end + 1) };
}

/** Commander's error as one line. */
function toUsageError({ code, message }: CommanderError, program: Command): UsageError {
  if (code === "commander.help") return new UsageError("expected a command; lab --help lists them");
  const line = message.replace(/^error: /, "").replaceAll("\n", " ");
  const [, flag] = /^unknown option '(--[^'=]*)=/.exec(line) ?? [];
  if (flag !== undefined && hasOption(program, flag)) return new UsageError(`${flag} takes no value`);
  return new UsageError(line.replace(/^(unknown option '[^'=]*)=[^']*'/, "$1'").slice(0, longestMessage)); // a secret may follow the `=`
}

/** Whether the program or the called command, the only one that is loaded, has that option. */
function hasOption(command: Command, flag: string): boolean {
  return command.options.some(({ long }) => long === flag) || command.commands.some((each) => hasOption(each, flag));
}
