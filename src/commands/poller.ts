import type { PollerEvent, PollerReport } from "../labs/poller/client.js";
import type { Message, SocketReport } from "../labs/poller/listener.js";
import type { Payload } from "../labs/poller/payload.js";
import { formatDuration } from "../terminal/duration.js";
import { table } from "../terminal/table.js";
import { counted } from "../text/counted.js";
import { cut } from "../text/cut.js";
import { printable } from "../text/printable.js";
import type { Endpoint } from "../zeromq/endpoint.js";
import type { ClientKeys } from "../zeromq/key-file.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { linkNotice } from "./kit/link-notice.js";
import { native } from "./kit/native.js";
import { flag, option } from "./kit/option.js";
import type { Output } from "./kit/output.js";
import { wholeNumber } from "./kit/values.js";
import { clientKeyFile, endpointToConnect } from "./kit/zeromq-values.js";

const longestShown = 1000; // characters of a payload in text output; --json has all of it

interface PollerCommandOptions {
  pull: Endpoint;
  sub: Endpoint;
  topic: string;
  count?: number;
  quiet?: boolean;
  curve?: ClientKeys;
}

const command: CommandDefinition<PollerCommandOptions> = {
  options: [
    option("--pull <endpoint>", "endpoint of a PUSH peer", endpointToConnect, "tcp://127.0.0.1:5557"),
    option("--sub <endpoint>", "endpoint of a PUB peer", endpointToConnect, "tcp://127.0.0.1:5556"),
    option("--topic <prefix>", "prefix of the published messages to receive", (text) => text, ""),
    option("--count <number>", "number of messages in all (default: no limit)", wholeNumber(1, 1e15 - 1)),
    flag("--quiet", "message rates each second instead of messages"),
    option("--curve <keyfile>", "client key file, for encryption; see lab apm keygen", clientKeyFile),
  ],
  examples: ["lab poller --count 6", "lab poller --quiet --count 6 --json"],
  async run({ curve, count = Number.POSITIVE_INFINITY, quiet = false, ...rest }, { signal, out }) {
    const { poller } = await native(() => import("../labs/poller/client.js"));
    const emit = (event: PollerEvent) => show(event, out);
    const report = await poller({ ...rest, count, quiet, keys: curve }, { signal, emit });
    out.report({ type: "summary", ...report }, () => reportLines(report));
  },
};
export default command;

function show(event: PollerEvent, out: Output): Promise<void> | void {
  if (event.type === "message") {
    if (out.json) return out.item(jsonLine(event));
    return out.line(`Via ${event.via}: ${event.frames.map(shown).join(" | ")}`);
  }
  if (event.type === "rates") {
    if (out.json) return out.item(JSON.stringify(event));
    return out.line(`PULL: ${event.pull} messages/s, SUB: ${event.sub} messages/s`);
  }
  out.item(JSON.stringify(event));
  out.note(`${event.via}: ${linkNotice(event)}`);
}

/**
 * A message as one line of JSON. JSON payloads are inserted as they came: parsing would change a number beyond 2^53.
 * `encoding` is present if a payload is not JSON. `frames` is the number of frames, present if there are several; `value`
 * and `encoding` are lists then.
 */
function jsonLine({ via, frames, seq, at }: Message): string {
  const [first] = frames;
  const values = frames.map(({ encoding, text }) => (encoding === "json" ? text : JSON.stringify(text)));
  const encodings = frames.map(({ encoding }) => encoding);
  const several = frames.length > 1;
  const parts = [`"via":"${via}","value":${several ? `[${values.join(",")}]` : values[0]}`, `"seq":${seq}`];
  parts.push(`"at":"${at.toISOString()}"`);
  if (several) parts.push(`"frames":${frames.length}`);
  if (encodings.some((encoding) => encoding !== "json"))
    parts.push(`"encoding":${JSON.stringify(several ? encodings : first?.encoding)}`);
  return `{${parts.join(",")}}`;
}

function shown({ encoding, text }: Payload): string {
  if (text === "") return "(empty)";
  const short = text.length > longestShown ? `${cut(text, longestShown)} (${text.length} characters)` : text;
  return encoding === "hex" ? `(hex) ${short}` : printable(short);
}

function reportLines({ received, seconds, pull, sub }: PollerReport): string[] {
  const header = ["", "received", "first", "last", "gaps", "missing", "restarts"];
  const row = (via: string, { received: all, first, last, gaps, missing, restarts }: SocketReport) =>
    [via, all, first ?? "-", last ?? "-", gaps, missing, restarts].map(String);
  return [
    "",
    `Received ${counted(received, "message")} in ${formatDuration(seconds * 1000)}`,
    ...table([header, row("PULL", pull), row("SUB", sub)], { right: [1, 2, 3, 4, 5, 6] }),
    ...endOfFalsyLoop("PULL", pull),
    ...endOfFalsyLoop("SUB", sub),
  ];
}

/** The notes' `while message := await recv()` ends at a 0. Nothing to say without a 0, or if it was the last message. */
function endOfFalsyLoop(via: string, { received, firstZero }: SocketReport): string[] {
  if (firstZero === null || firstZero === received) return [];
  return [`${via}: a loop that ends at a falsy message would have ended after ${firstZero} of ${received}, at the 0`];
}
