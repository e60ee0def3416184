import { colorFor, isColor } from "../labs/apm/color.js";
import type { Sample } from "../labs/apm/sample.js";
import type { Load } from "../labs/apm/service.js";
import type { AppEvent, AppReport } from "../labs/apm/with-reporter.js";
import { formatDuration } from "../terminal/duration.js";
import { StatusLine } from "../terminal/status-line.js";
import type { Endpoint } from "../zeromq/endpoint.js";
import type { ClientKeys } from "../zeromq/key-file.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { native } from "./kit/native.js";
import { BadValue, flag, option } from "./kit/option.js";
import type { Output } from "./kit/output.js";
import { oneOf, positiveDuration, shown, wholeNumber } from "./kit/values.js";
import { clientKeyFile, endpointToConnect } from "./kit/zeromq-values.js";

interface ApmAppCommandOptions {
  color?: string;
  name?: string;
  leak: number;
  interval: number;
  connect: Endpoint;
  load: Load;
  count?: number;
  curve?: ClientKeys;
  requireServer?: boolean;
}

const command: CommandDefinition<ApmAppCommandOptions> = {
  options: [
    option("--color <color>", "a CSS colour name or #hex (default: one for its name)", color),
    option("--name <name>", "how it is called (default: app- and the pid)", name),
    option("--leak <bytes>", "how much the simulated app leaks each interval", wholeNumber(0, 2 ** 30), "0"),
    option("--interval <duration>", "from one sample to the next", positiveDuration, "1s"),
    option("--connect <endpoint>", "where lab apm server collects", endpointToConnect, "tcp://127.0.0.1:5555"),
    option("--load <place>", "where the simulated app works: main or thread", oneOf("main", "thread"), "main"),
    option("--count <number>", "end after so many samples (default: never)", wholeNumber(1, 1e15 - 1)),
    option("--curve <keyfile>", "encrypt, with the keys that lab apm keygen wrote for clients", clientKeyFile),
    flag("--require-server", "end with exit code 3 if no server is there within five seconds"),
  ],
  examples: ["lab apm app --count 3", "lab apm app --color red --leak 100000 --interval 200ms --count 5"],
  async run(options, { signal, out }) {
    const { apmApp } = await native(() => import("../labs/apm/app.js"));
    const { pid } = process;
    const status = new StatusLine();
    const labOptions = { ...commonOptions(options, `app-${pid}`), pid, load: options.load, leak: options.leak };
    const emit = (event: AppEvent) => {
      status.clear();
      show(event, options.connect, out);
      if (event.type === "sample") status.show(statusLine(event.sample));
    };
    const report = await apmApp(labOptions, { signal, emit }).finally(() => status.clear());
    out.report({ type: "summary", ...report }, () => reportLines(report));
  },
};
export default command;

function commonOptions(
  {
    name,
    color,
    connect,
    interval,
    count = Number.POSITIVE_INFINITY,
    curve,
    requireServer = false,
  }: ApmAppCommandOptions,
  defaultName: string,
) {
  const called = name ?? defaultName;
  return {
    name: called,
    color: color ?? colorFor(called),
    connect,
    intervalMs: interval,
    count,
    keys: curve,
    requireServer,
  };
}

function show(event: AppEvent, { address }: Endpoint, out: Output): void {
  if (event.type === "sample") out.item(JSON.stringify({ type: "sample", ...event.sample }));
  if (event.type === "waiting") out.note(`waiting for a server at ${address}`);
  if (event.type === "connected") out.note(`connected ${event.again ? "again " : ""}to ${address}`);
  if (event.type === "disconnected") out.note(`lost the server at ${address}; waiting for it`);
  if (event.type === "refused") out.note(`refused by ${address}: ${event.reason}`);
}

function statusLine({ cpu, mem, lag, seq, unsent = 0 }: Sample): string {
  const loop = lag === undefined ? "" : ` · lag ${formatDuration(lag)}`;
  return `${(seq ?? -1) + 1} sent, ${unsent} unsent · cpu ${cpu.toFixed(0)} % · mem ${mem.toFixed(1)} MiB${loop}`;
}

function reportLines({ taken, sent, unsent, seconds }: AppReport): string[] {
  return [`Took ${taken} samples in ${formatDuration(seconds * 1000)}: ${sent} sent, ${unsent} while nobody listened`];
}

function color(text: string): string {
  if (!isColor(text)) throw new BadValue(`must be a CSS colour name, #rgb or #rrggbb, got ${shown(text)}`);
  return text;
}

function name(text: string): string {
  if (!/^[^\p{C}\p{Zl}\p{Zp}]{1,64}$/u.test(text))
    throw new BadValue(`must be a name of 1 to 64 characters, got ${shown(text)}`);
  return text;
}
