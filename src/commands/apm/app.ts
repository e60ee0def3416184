import { ExitError } from "../../concurrency/index.js";
import { isName } from "../../labs/apm/app/identity.js";
import type { Load } from "../../labs/apm/app/service.js";
import type { SuperviseEvent, SuperviseReport } from "../../labs/apm/app/supervise.js";
import type { AppReport } from "../../labs/apm/app/with-reporter.js";
import { isColor } from "../../labs/apm/color.js";
import { defaultCollect } from "../../labs/apm/page/protocol.js";
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
  noticesItsEnd: true,
  options: [
    option("--color <color>", "CSS colour name or #hex (default: derived from the name)", color),
    option("--name <name>", "name of the series (default: the program's and its script's, or app- and the pid)", name),
    option("--pid <pid>", "process to report, with its descendants", wholeNumber(1, 1e15 - 1)),
    option("--leak <bytes>", "bytes that the simulated app leaks in each interval", wholeNumber(0, 2 ** 30), "0"),
    option("--interval <duration>", "time between samples", positiveDuration, "1s"),
    option("--connect <endpoint>", "endpoint of lab apm server", endpointToConnect, defaultCollect),
    option("--load <place>", "thread that does the simulated work: main or thread", oneOf("main", "thread"), "main"),
    option("--count <number>", "number of samples (default: no limit)", wholeNumber(1, 1e15 - 1)),
    option("--curve <keyfile>", "client key file, for encryption; see lab apm keygen", clientKeyFile),
    flag("--require-server", "exit code 3 if no server listens within 5 s"),
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
  const emit = (event: SuperviseEvent) => show(event, out, status);
  const report = await simulate({ ...toLabOptions(options), load, leak }, { signal, emit }).finally(() =>
    status.clear(),
  );
  out.report(summary(report, out), () => [summaryLine(report)]);
}

async function watch(pid: number, options: ApmAppCommandOptions, { signal, out }: CommandContext): Promise<void> {
  const { watchProcess } = await native(() => import("../../labs/apm/app/watch-process.js"));
  const status = new StatusLine();
  const emit = (event: SuperviseEvent) => show(event, out, status);
  const report = await watchProcess({ ...toLabOptions(options), pid }, { signal, emit }).finally(() => status.clear());
  if (report.gone) out.note(report.taken > 0 ? `Process ${pid} has ended` : `There is no process ${pid}`);
  out.report(summary(report, out), () => [summaryLine(report)]);
}

/** The command owns stdout. With --json the report owns it, and the command's stdout goes to stderr. */
async function supervise(
  line: readonly [string, ...string[]],
  options: ApmAppCommandOptions,
  { signal, out }: CommandContext,
): Promise<void> {
  const lab = await native(() => import("../../labs/apm/app/supervise.js"));
  const emit = (event: SuperviseEvent) => show(event, out); // no status line: the terminal is the command's
  const stdout = out.json ? 2 : "inherit";
  const report = await lab.supervise({ ...toLabOptions(options), command: line, stdout }, { signal, emit });
  out.item(JSON.stringify(summary(report, out)));
  if (!out.json) for (const line of [usageLine(report), summaryLine(report)]) out.note(line);
  if (report.exitCode !== 0) throw new ExitError(report.exitCode);
}

function toLabOptions(typed: ApmAppCommandOptions) {
  const { name, color, connect, interval: intervalMs, count = Number.POSITIVE_INFINITY, curve: keys } = typed;
  return { name, color, connect, intervalMs, count, keys, requireServer: typed.requireServer ?? false };
}

function show(event: SuperviseEvent, out: Output, status?: StatusLine): void {
  status?.clear();
  if (event.type === "stopping") return out.note("waiting for the command to end; Ctrl-C again kills it");
  if (event.type !== "sample") {
    out.offer(JSON.stringify(event));
    return out.note(linkNotice(event));
  }
  out.offer(JSON.stringify({ type: "sample", ...event.sample }));
  status?.show(statusLine(event.sample));
}

function statusLine({ cpu, mem, lag, seq, unsent = 0 }: Sample): string {
  const loop = lag === undefined ? "" : ` · lag ${formatDuration(lag)}`;
  return `${(seq ?? -1) + 1} sent, ${unsent} unsent · cpu ${cpu.toFixed(0)} % · mem ${mem.toFixed(1)} MiB${loop}`;
}

/** For --json: the report, and the number of samples left out for a slow reader, if there were any. */
function summary(report: AppReport, { leftOut }: Output): object {
  return { type: "summary", ...report, ...(leftOut > 0 && { left_out: leftOut }) };
}

/** As `time -v` tells it. A command of some milliseconds may end before its memory is seen. */
function usageLine({ usage: { wall, user, system, peakMem, meanCpu, peakCpu } }: SuperviseReport): string {
  const parts = [`Ran ${formatDuration(wall * 1000)}`];
  if (user !== undefined) parts.push(`${user.toFixed(2)} s user, ${system?.toFixed(2)} s system`);
  if (peakMem > 0) parts.push(`peak memory ${peakMem.toFixed(1)} MiB`);
  if (meanCpu !== undefined) parts.push(`CPU ${meanCpu.toFixed(0)} % mean, ${peakCpu.toFixed(0)} % peak`);
  return parts.join(" · ");
}

function summaryLine({ taken, sent, unsent, seconds }: AppReport): string {
  return `Took ${counted(taken, "sample")} in ${formatDuration(seconds * 1000)}: ${sent} sent, ${unsent} unsent (no listener)`;
}

function color(text: string): string {
  if (!isColor(text)) throw new BadValue(`must be a CSS colour name, #rgb or #rrggbb, got ${shown(text)}`);
  return text;
}

function name(text: string): string {
  if (!isName(text)) throw new BadValue(`must be a name of 1 to 64 printable characters, got ${shown(text)}`);
  return text;
}
