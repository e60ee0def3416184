import { basename } from "node:path";
import { ExitError } from "../../concurrency/index.js";
import { programName } from "../../labs/apm/app/proc.js";
import type { Load } from "../../labs/apm/app/service.js";
import type { SuperviseEvent } from "../../labs/apm/app/supervise.js";
import type { AppReport } from "../../labs/apm/app/with-reporter.js";
import { colorFor, isColor } from "../../labs/apm/color.js";
import { defaultCollect } from "../../labs/apm/page-protocol.js";
import type { Sample } from "../../labs/apm/sample.js";
import { formatDuration } from "../../terminal/duration.js";
import { StatusLine } from "../../terminal/status-line.js";
import { counted } from "../../text/counted.js";
import type { Endpoint } from "../../zeromq/endpoint.js";
import type { ClientKeys } from "../../zeromq/key-file.js";
import type { CommandContext, CommandDefinition } from "../kit/command-definition.js";
import { linkNotice } from "../kit/link-notice.js";
import { native } from "../kit/native.js";
import { BadValue, flag, option } from "../kit/option.js";
import type { Output } from "../kit/output.js";
import { UsageError } from "../kit/usage-error.js";
import { oneOf, positiveDuration, shown, wholeNumber } from "../kit/values.js";
import { clientKeyFile, endpointToConnect } from "../kit/zeromq-values.js";

interface ApmAppCommandOptions {
  color?: string;
  name?: string;
  pid?: number;
  leak: number;
  interval: number;
  connect: Endpoint;
  load: Load;
  count?: number;
  curve?: ClientKeys;
  requireServer?: boolean;
}

const command: CommandDefinition<ApmAppCommandOptions> = {
  rest: "command",
  options: [
    option("--color <color>", "a CSS colour name or #hex (default: one for its name)", color),
    option("--name <name>", "how it is called (default: the program's, or app- and the pid)", name),
    option("--pid <pid>", "report this process and its descendants", wholeNumber(1, 1e15 - 1)),
    option("--leak <bytes>", "how much the simulated app leaks each interval", wholeNumber(0, 2 ** 30), "0"),
    option("--interval <duration>", "from one sample to the next", positiveDuration, "1s"),
    option("--connect <endpoint>", "where lab apm server collects", endpointToConnect, defaultCollect),
    option("--load <place>", "where the simulated app works: main or thread", oneOf("main", "thread"), "main"),
    option("--count <number>", "end after so many samples (default: never)", wholeNumber(1, 1e15 - 1)),
    option("--curve <keyfile>", "encrypt, with the keys that lab apm keygen wrote for clients", clientKeyFile),
    flag("--require-server", "end with exit code 3 if no server is there within five seconds"),
  ],
  examples: ["lab apm app --color red --leak 100000 --interval 200ms --count 5", "lab apm app --name nap -- sleep 3"],
  async run(options, context) {
    const { pid, leak, load } = options;
    const [file, ...args] = context.rest;
    if ((pid !== undefined || file !== undefined) && (leak > 0 || load !== "main"))
      throw new UsageError("--leak and --load are for the simulated app, which a command or --pid replaces");
    if (pid !== undefined && file !== undefined) throw new UsageError("--pid and a command exclude each other");
    if (file !== undefined) await supervise([file, ...args], options, context);
    else if (pid !== undefined) await watch(pid, options, context);
    else await simulate(options, context);
  },
};
export default command;

async function simulate(options: ApmAppCommandOptions, { signal, out }: CommandContext): Promise<void> {
  const { simulate } = await native(() => import("../../labs/apm/app/simulate.js"));
  const { load, leak } = options;
  const status = new StatusLine();
  const emit = (event: SuperviseEvent) => show(event, options.connect, out, status);
  const report = await simulate({ ...reporting(options, `app-${process.pid}`), load, leak }, { signal, emit }).finally(
    () => status.clear(),
  );
  out.report(summary(report, out), () => [summaryLine(report)]);
}

async function watch(pid: number, options: ApmAppCommandOptions, { signal, out }: CommandContext): Promise<void> {
  const { watchProcess } = await native(() => import("../../labs/apm/app/watch-process.js"));
  const status = new StatusLine();
  const emit = (event: SuperviseEvent) => show(event, options.connect, out, status);
  const common = reporting(options, programName(pid) ?? `pid-${pid}`);
  const report = await watchProcess({ ...common, pid }, { signal, emit }).finally(() => status.clear());
  if (report.gone) out.note(report.taken > 0 ? `Process ${pid} has ended` : `There is no process ${pid}`);
  out.report(summary(report, out), () => [summaryLine(report)]);
}

/** Stdout is the command's; with --json it is ours, and the command's goes to stderr. Its exit code is ours. */
async function supervise(
  line: readonly [string, ...string[]],
  options: ApmAppCommandOptions,
  { signal, out }: CommandContext,
): Promise<void> {
  const lab = await native(() => import("../../labs/apm/app/supervise.js"));
  const emit = (event: SuperviseEvent) => show(event, options.connect, out);
  const common = reporting(options, basename(line[0]));
  const report = await lab.supervise({ ...common, command: line, stdout: out.json ? 2 : "inherit" }, { signal, emit });
  out.item(JSON.stringify(summary(report, out)));
  if (!out.json) out.note(summaryLine(report));
  if (report.exitCode !== 0) throw new ExitError(report.exitCode);
}

function reporting(options: ApmAppCommandOptions, defaultName: string) {
  const { connect, interval: intervalMs, count = Number.POSITIVE_INFINITY, curve: keys, requireServer } = options;
  const called = options.name ?? nameFrom(defaultName);
  const drawn = options.color ?? colorFor(called);
  return { name: called, color: drawn, connect, intervalMs, count, keys, requireServer: requireServer ?? false };
}

/** Without a status line where the terminal is the command's. */
function show(event: SuperviseEvent, { address }: Endpoint, out: Output, status?: StatusLine): void {
  status?.clear();
  if (event.type === "stopping") return out.note("waiting for the command to end; Ctrl-C again kills it");
  if (event.type !== "sample") return out.note(linkNotice(event, address));
  out.offer(JSON.stringify({ type: "sample", ...event.sample }));
  status?.show(statusLine(event.sample));
}

function statusLine({ cpu, mem, lag, seq, unsent = 0 }: Sample): string {
  const loop = lag === undefined ? "" : ` · lag ${formatDuration(lag)}`;
  return `${(seq ?? -1) + 1} sent, ${unsent} unsent · cpu ${cpu.toFixed(0)} % · mem ${mem.toFixed(1)} MiB${loop}`;
}

/** For programs: with the samples that a reader who had stopped reading did not get to see, if there were any. */
function summary(report: AppReport, { leftOut }: Output): object {
  return { type: "summary", ...report, ...(leftOut > 0 && { left_out: leftOut }) };
}

function summaryLine({ taken, sent, unsent, seconds }: AppReport): string {
  return `Took ${counted(taken, "sample")} in ${formatDuration(seconds * 1000)}: ${sent} sent, ${unsent} unsent for want of a listener`;
}

function color(text: string): string {
  if (!isColor(text)) throw new BadValue(`must be a CSS colour name, #rgb or #rrggbb, got ${shown(text)}`);
  return text;
}

const unfit = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

function name(text: string): string {
  if (text.trim() === "" || [...text].length > 64 || text.search(unfit) >= 0)
    throw new BadValue(`must be a name of 1 to 64 printable characters, got ${shown(text)}`);
  return text;
}

/** A program may be called anything. */
function nameFrom(text: string): string {
  return [...text.replace(unfit, "?")].slice(0, 64).join("") || "app";
}
