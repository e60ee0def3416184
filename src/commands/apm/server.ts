import { isIPv6 } from "node:net";
import { defaultCollect } from "../../labs/apm/page/protocol.js";
import { type Alert, parseAlert } from "../../labs/apm/server/marks/alert.js";
import type { ApmServerEvent, ApmServerReport, ApmServerStatus } from "../../labs/apm/server/server.js";
import { formatDuration } from "../../terminal/duration.js";
import { StatusLine } from "../../terminal/status-line.js";
import { counted } from "../../text/counted.js";
import { printable } from "../../text/printable.js";
import { bindEndpoint, type Endpoint } from "../../zeromq/endpoint.js";
import type { ServerKeys } from "../../zeromq/key-file.js";
import type { CommandDefinition } from "../kit/command-definition.js";
import { checkExposure } from "../kit/exposure.js";
import { native } from "../kit/native.js";
import { BadValue, flag, option, parseNamed } from "../kit/option.js";
import type { Output } from "../kit/output.js";
import { duration, host, hostName, shown, wholeNumber } from "../kit/values.js";
import { checkDifferent, endpointToBind, serverKeyFile } from "../kit/zeromq-values.js";

interface ApmServerCommandOptions {
  collect: Endpoint;
  host: string;
  port: number;
  history: number;
  alert?: Alert[];
  curve?: ServerKeys;
  token?: string;
  allowHost?: string[];
  insecure?: boolean;
}

const command: CommandDefinition<ApmServerCommandOptions> = {
  options: [
    option("--collect <endpoint>", "endpoint that apps connect to", endpointToBind, defaultCollect),
    option("--host <address>", "address of the page", host, "127.0.0.1"),
    option("--port <number>", "port of the page, or 0 for any free one", wholeNumber(0, 65535), "8088"),
    option("--history <duration>", "time that samples are kept, from 1s to 1h", history, "15m"),
    option("--alert <expression...>", "mark apps beyond it, such as 'lag>250ms' or 'mem>500MiB for 1m'", alert),
    option(
      "--curve <keyfile>",
      "server key file, to encrypt and to admit only the apps it lists; see lab apm keygen",
      serverKeyFile,
    ),
    option(
      "--token <token>",
      "token that browsers must present; safer in LAB_TOKEN, as others can see arguments",
      token,
    ),
    option("--allow-host <name...>", "further host names of the page", hostName),
    flag("--insecure", "allow addresses that other machines can reach, without keys or token"),
  ],
  examples: ["lab apm server", "lab apm server --port 0 --collect tcp://127.0.0.1:0 --history 1h"],
  async run(
    { history: historyMs, alert: alerts = [], curve, insecure, token: typed, allowHost, ...rest },
    { signal, out },
  ) {
    const secret = typed ?? tokenFromEnvironment();
    checkExposure({ "--collect": rest.collect }, { safeguards: { "--curve <keyfile>": curve }, insecure });
    checkExposure({ "--host": rest.host }, { safeguards: { "a token in LAB_TOKEN": secret }, insecure });
    const page = `tcp://${isIPv6(rest.host) ? `[${rest.host}]` : rest.host}:${rest.port}`;
    checkDifferent({ "--collect": rest.collect, "--port": bindEndpoint(page) });
    const { apmServer } = await native(() => import("../../labs/apm/server/server.js"));
    const status = new StatusLine();
    const options = {
      ...rest,
      alerts,
      historySeconds: historyMs / 1000,
      keys: curve,
      token: secret,
      allowHosts: allowHost,
    };
    const emit = (event: ApmServerEvent) => {
      status.clear();
      if (event.type === "ready")
        showReady(event, out, { hasToken: secret !== undefined, hasKeys: curve !== undefined });
      if (event.type === "rejected") out.note(rejectionNote(event));
      if (event.type === "mark" && event.kind.startsWith("alert"))
        out.note(`${event.kind === "alert" ? "Alert" : "Over"}: ${printable(event.name)} ${event.text}`);
      if (event.type === "refused") out.note(`Refused an app: ${event.reason}`);
      out.offer(JSON.stringify(event));
      if (event.type === "status") status.show(statusLine(event)); // last, so that JSON does not follow it on its line
    };
    const report = await apmServer(options, { signal, emit }).finally(() => status.clear());
    out.report({ type: "summary", ...report }, () => reportLines(report));
  },
};
export default command;

function showReady(
  { url, collect }: Extract<ApmServerEvent, { type: "ready" }>,
  out: Output,
  { hasToken, hasKeys }: { hasToken: boolean; hasKeys: boolean },
): void {
  out.line(`${url}${hasToken ? "/?token=… (your token, once in each browser)" : ""}`);
  const connect = collect === defaultCollect ? "" : ` --connect ${collect}`;
  const curve = hasKeys ? " --curve …client" : "";
  out.note(`Collecting at ${collect}; start an app: lab apm app --color red${connect}${curve}`);
}

function rejectionNote({ text, from }: Extract<ApmServerEvent, { type: "rejected" }>): string {
  return `Rejected a message${from === undefined ? "" : ` (${from})`}: ${text}`;
}

function statusLine({ series, samples, rejected, lost, clients }: ApmServerStatus): string {
  return `${counted(series, "app")} · ${counted(samples, "sample")}, ${lost} lost, ${rejected} rejected · pages open: ${clients}`;
}

function reportLines({ series, samples, rejected, lost, seconds }: ApmServerReport): string[] {
  const [all, apps] = [counted(samples, "sample"), counted(series, "app")];
  return [`${all} from ${apps} in ${formatDuration(seconds * 1000)}, ${lost} lost, ${rejected} rejected`];
}

function alert(text: string): Alert {
  const parsed = parseAlert(text);
  if (parsed) return parsed;
  throw new BadValue(
    `must be cpu, mem, lag or wait, then > or <, a number with its unit, and maybe a time: lag>250ms, "mem>500MiB for 1m"; got ${shown(text)}`,
  );
}

function history(text: string): number {
  const ms = duration(text);
  if (ms < 1000 || ms > 3_600_000 || ms % 1000 !== 0)
    throw new BadValue(`must be whole seconds from 1s to 1h, got ${shown(text)}`);
  return ms;
}

/** The token is a secret, so the message does not repeat it. */
function token(text: string): string {
  if (!/^[\w.~+/-]{8,256}$/.test(text)) throw new BadValue("must be 8 to 256 letters, digits or -._~+/");
  return text;
}

/** An empty LAB_TOKEN counts as none. */
function tokenFromEnvironment(): string | undefined {
  const { LAB_TOKEN } = process.env;
  return LAB_TOKEN ? parseNamed("LAB_TOKEN", token, LAB_TOKEN) : undefined;
}
