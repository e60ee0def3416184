import type { PollerServerEvent, PollerServerReport, PollerServerStatus } from "../labs/poller/server.js";
import { formatDuration } from "../terminal/duration.js";
import { StatusLine } from "../terminal/status-line.js";
import { counted } from "../text/counted.js";
import type { Endpoint } from "../zeromq/endpoint.js";
import type { ServerKeys } from "../zeromq/key-file.js";
import type { LinkCounts } from "../zeromq/link-event.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { checkExposure } from "./kit/exposure.js";
import { native } from "./kit/native.js";
import { flag, option } from "./kit/option.js";
import type { Output } from "./kit/output.js";
import { duration, wholeNumber } from "./kit/values.js";
import { checkDifferent, endpointToBind, serverKeyFile } from "./kit/zeromq-values.js";

interface PollerServerCommandOptions {
  push: Endpoint;
  pub: Endpoint;
  interval: number;
  count?: number;
  size: number;
  curve?: ServerKeys;
  insecure?: boolean;
}

const command: CommandDefinition<PollerServerCommandOptions> = {
  noticesItsEnd: true,
  options: [
    option("--push <endpoint>", "endpoint for PULL peers", endpointToBind, "tcp://127.0.0.1:5557"),
    option("--pub <endpoint>", "endpoint for SUB peers", endpointToBind, "tcp://127.0.0.1:5556"),
    option("--interval <duration>", "time between integers, or 0 for full speed", duration, "1s"),
    option("--count <number>", "number of integers (default: no limit)", wholeNumber(1, 1e15 - 1)),
    option("--size <bytes>", "least size of a message in bytes, padded with spaces", wholeNumber(0, 2 ** 20), "0"),
    option(
      "--curve <keyfile>",
      "server key file, to encrypt and to admit only the clients it lists; see lab apm keygen",
      serverKeyFile,
    ),
    flag("--insecure", "allow endpoints that other machines can reach, without keys"),
  ],
  examples: ["lab poller-srv --count 3", "lab poller-srv --push tcp://127.0.0.1:0 --pub tcp://127.0.0.1:0 --count 3"],
  async run({ interval, curve, insecure, count = Number.POSITIVE_INFINITY, ...rest }, { signal, out }) {
    const endpoints = { "--push": rest.push, "--pub": rest.pub };
    checkDifferent(endpoints);
    checkExposure(endpoints, { safeguards: { "--curve <keyfile>": curve }, insecure });
    const { pollerServer } = await native(() => import("../labs/poller/server.js"));
    const status = new StatusLine();
    const emit = (event: PollerServerEvent) => show(event, status, out);
    const options = { ...rest, intervalMs: interval, count, keys: curve };
    const report = await pollerServer(options, { signal, emit }).finally(() => status.clear());
    out.report({ type: "summary", ...report }, () => reportLines(report), { findings: report.findings });
  },
};
export default command;

function show(event: PollerServerEvent, status: StatusLine, out: Output): void {
  status.clear();
  out.offer(JSON.stringify(event));
  if (event.type === "status" && !out.json) status.show(statusLine(event));
  if (event.type === "refused") out.note(`${event.via}: refused a peer: ${event.reason}`);
  if (event.type === "draining")
    out.note(`Handing over ${counted(event.waiting, "more integer")}; a second Ctrl-C ends at once`);
  if (event.type === "ready") out.note(`Ready: PUSH ${event.push}, PUB ${event.pub}`);
}

function statusLine({ next, pushed, waiting, dropped, push, pub }: PollerServerStatus): string {
  const peers = ({ connects, disconnects }: LinkCounts) => connects - disconnects;
  const queue = `${pushed} taken, ${waiting} waiting${dropped > 0 ? `, ${dropped} dropped` : ""}`;
  return `${next} sent · PUSH: ${queue}, peers: ${peers(push)} · PUB: peers: ${peers(pub)}`;
}

function reportLines({ next, pushed, waiting, dropped, seconds, push, pub }: PollerServerReport): string[] {
  const refused = push.refused + pub.refused;
  return [
    `Sent ${counted(next, "integer")} in ${formatDuration(seconds * 1000)}`,
    `PUSH: ${pushed} taken, ${waiting} left over, ${dropped} dropped at a full queue; ${counted(push.connects, "connection")}`,
    `PUB: ${counted(pub.connects, "connection")}`,
    ...(refused > 0 ? [`Handshakes refused: ${refused}`] : []),
  ];
}
