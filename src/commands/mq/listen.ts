import { isUtf8 } from "node:buffer";
import { queuePrefix } from "../../labs/mq/limits.js";
import type { MqListenEvent, MqListenReport } from "../../labs/mq/listen.js";
import { fit } from "../../terminal/cells.js";
import { formatDuration } from "../../terminal/duration.js";
import { counted } from "../../text/counted.js";
import { printable } from "../../text/printable.js";
import { formatSize } from "../../text/size.js";
import type { CommandDefinition } from "../kit/command-definition.js";
import { flag, option } from "../kit/option.js";
import type { Output } from "../kit/output.js";
import { wholeNumber } from "../kit/values.js";
import { linkNotice } from "./link-notice.js";
import { brokerOptions, channel, shownChannel } from "./values.js";

const longestShown = 1000; // cells of a message where the line has no width; --json has all of it

interface MqListenCommandOptions {
  host: string;
  port: number;
  listen: Buffer;
  count?: number;
  quiet?: boolean;
}

const command: CommandDefinition<MqListenCommandOptions> = {
  options: [
    ...brokerOptions,
    option("--listen <channel>", "channel to listen to", channel, "/topic/foo"),
    option("--count <number>", "number of messages (default: no limit)", wholeNumber(1, 1e15 - 1)),
    flag("--quiet", "message rates each second instead of messages"),
  ],
  examples: ["lab mq listen --count 3", "lab mq listen --listen /queue/jobs --json"],
  async run({ listen, count = Number.POSITIVE_INFINITY, quiet = false, ...at }, { signal, out }) {
    const { mqListen } = await import("../../labs/mq/listen.js");
    const name = listen.toString();
    const emit = (event: MqListenEvent) => show(event, name, out);
    const report = await mqListen({ ...at, channel: listen, count, quiet }, { signal, emit });
    out.report({ type: "summary", channel: name, ...report }, () => reportLines(report, name));
  },
};
export default command;

function show(event: MqListenEvent, channel: string, out: Output): Promise<void> | void {
  if (event.type === "messages") {
    const { payloads, at } = event;
    if (out.json) return out.item(payloads.map((payload) => jsonLine(channel, payload, at)).join("\n"));
    const prefix = `${shownChannel(channel)}: `;
    const width = Math.min(out.width, prefix.length + longestShown);
    return out.line(payloads.map((payload) => fit(prefix + shown(payload, width), width)).join("\n"));
  }
  if (event.type === "rates") {
    if (out.json) return out.item(JSON.stringify(event));
    return out.line(`${counted(event.messages, "message")}/s, ${formatSize(event.bytes)}/s`);
  }
  out.item(JSON.stringify(event));
  out.note(linkNotice(event, "messages sent meanwhile are lost"));
}

function jsonLine(channel: string, payload: Buffer, at: Date): string {
  const content = isUtf8(payload) ? { text: payload.toString("utf8") } : { hex: payload.toString("hex") };
  return JSON.stringify({ channel, bytes: payload.length, ...content, at });
}

/** The beginning of a message. Text that could take more than `longest` cells is looked at only up to there. */
function shown(payload: Buffer, longest: number): string {
  if (payload.length === 0) return "(empty)";
  if (!isUtf8(payload)) return `(hex) ${payload.toString("hex", 0, longest)}`;
  const most = longest * 4; // bytes of the longest characters
  const text = payload.toString("utf8", 0, most);
  return printable(payload.length > most ? `${text.replace(/\ufffd$/, "")}…` : text);
}

function reportLines({ received, beyond, bytes, seconds }: MqListenReport, channel: string): string[] {
  const all = `Received ${counted(received, "message")}, ${formatSize(bytes)}, in ${formatDuration(seconds * 1000)}`;
  const isLoss = beyond > 0 && channel.startsWith(queuePrefix);
  return ["", all, ...(isLoss ? [`Lost beyond the count: ${counted(beyond, "message")} that the queue had sent`] : [])];
}
