import { defaultCollect } from "../../labs/apm/page-protocol.js";
import type { ApmServerEvent, ApmServerReport, ApmServerStatus } from "../../labs/apm/server/server.js";
import { formatDuration } from "../../terminal/duration.js";
import { StatusLine } from "../../terminal/status-line.js";
import type { Endpoint } from "../../zeromq/endpoint.js";
import type { ServerKeys } from "../../zeromq/key-file.js";
import type { CommandDefinition } from "../kit/command-definition.js";
import { checkExposure } from "../kit/exposure.js";
import { native } from "../kit/native.js";
import { BadValue, flag, option, parseNamed } from "../kit/option.js";
import type { Output } from "../kit/output.js";
import { duration, host, shown, wholeNumber } from "../kit/values.js";
import { endpointToBind, serverKeyFile } from "../kit/zeromq-values.js";

interface ApmServerCommandOptions {
  collect: Endpoint;
  host: string;
  port: number;
  history: number;
  curve?: ServerKeys;
  token?: string;
  allowHost?: string[];
  insecure?: boolean;
}

const command: CommandDefinition<ApmServerCommandOptions> = {
  options: [
    option("--collect <endpoint>", "where apps connect", endpointToBind, defaultCollect),
    option("--host <address>", "where the page is served", host, "127.0.0.1"),
    option("--port <number>", "its port; 0: any free one", wholeNumber(0, 65535), "8088"),
    option("--history <duration>", "how much of the past is kept, up to 1h", history, "15m"),
    option("--curve <keyfile>", "encrypt, and admit only the apps this file lists; see lab apm keygen", serverKeyFile),
    option("--token <token>", "browsers have to know it; better in LAB_TOKEN, for arguments are visible", token),
    option("--allow-host <name...>", "more names that the page may be asked for under", hostName),
    flag("--insecure", "let other machines in without keys or token"),
  ],
  examples: ["lab apm server", "lab apm server --port 0 --collect tcp://127.0.0.1:0 --history 1h"],
  async run({ history: historyMs, curve, insecure, token: typed, allowHost, ...rest }, { signal, out }) {
    const { LAB_TOKEN } = process.env;
    const secret = typed ?? (LAB_TOKEN ? parseNamed("LAB_TOKEN", token, LAB_TOKEN) : undefined);
    checkExposure({ "--collect": rest.collect }, { safeguards: { "--curve <keyfile>": curve }, insecure });
    checkExposure({ "--host": rest.host }, { safeguards: { "a token in LAB_TOKEN": secret }, insecure });
    const { apmServer } = await native(() => import("../../labs/apm/server/server.js"));
    const status = new StatusLine();
    const options = { ...rest, historySeconds: historyMs / 1000, keys: curve, token: secret, allowHosts: allowHost };
    const emit = (event: ApmServerEvent) =>
      show(event, status, out, { hasToken: secret !== undefined, hasKeys: curve !== undefined });
    const report = await apmServer(options, { signal, emit }).finally(() => status.clear());
    out.report({ type: "summary", ...report }, () => reportLines(report));
  },
};
export default command;

function show(
  event: ApmServerEvent,
  status: StatusLine,
  out: Output,
  { hasToken, hasKeys }: { hasToken: boolean; hasKeys: boolean },
): void {
  status.clear();
  if (event.type === "ready") {
    out.line(`${event.url}${hasToken ? "/?token=… (yours, once for each browser)" : ""}`);
    const connect = event.collect === defaultCollect ? "" : ` --connect ${event.collect}`;
    const curve = hasKeys ? " --curve …client" : "";
    out.note(`Collecting at ${event.collect}; start an app: lab apm app --color red${connect}${curve}`);
  }
  if (event.type === "rejected") out.note(`Rejected a message: ${why[event.reason]}`);
  if (event.type === "refused") out.note(`Refused an app: ${event.reason}`);
  out.offer(JSON.stringify(event));
  if (event.type === "status") status.show(statusLine(event)); // last: on a terminal, JSON would follow it on its line
}

const why: Readonly<Record<Extract<ApmServerEvent, { type: "rejected" }>["reason"], string>> = {
  empty: "it is empty",
  utf8: "it is not UTF-8",
  json: "it is not JSON",
  shape: "it is not a JSON object",
  field: "a field is missing or has the wrong type or form",
  range: "a number is out of its range",
  frames: "it has more than one frame",
  cardinality: "there are 256 series already",
};

function statusLine({ series, samples, rejected, lost, clients }: ApmServerStatus): string {
  return `${series} apps · ${samples} samples, ${lost} lost, ${rejected} rejected · pages open: ${clients}`;
}

function reportLines({ series, samples, rejected, lost, seconds }: ApmServerReport): string[] {
  return [
    `${samples} samples from ${series} apps in ${formatDuration(seconds * 1000)}, ${lost} lost, ${rejected} rejected`,
  ];
}

function history(text: string): number {
  const ms = duration(text);
  if (ms < 1000 || ms > 3_600_000 || ms % 1000 !== 0)
    throw new BadValue(`must be whole seconds from 1s to 1h, got ${shown(text)}`);
  return ms;
}

/** Never repeated in a message. */
function token(text: string): string {
  if (!/^[\w.~+/-]{8,256}$/.test(text)) throw new BadValue("must be 8 to 256 letters, digits or -._~+/");
  return text;
}

function hostName(text: string): string {
  if (!/^[\w.-]{1,253}$/.test(text)) throw new BadValue(`must be a host name without a port, got ${shown(text)}`);
  return text;
}
