import { ExitError, Interrupted } from "../../concurrency/index.js";
import { limits } from "../../labs/mq/limits.js";
import type { MqSendEvent, MqSendReport, MqSendStatus } from "../../labs/mq/send.js";
import { formatDuration } from "../../terminal/duration.js";
import { StatusLine } from "../../terminal/status-line.js";
import { counted } from "../../text/counted.js";
import type { CommandDefinition } from "../kit/command-definition.js";
import { flag, option } from "../kit/option.js";
import type { Output } from "../kit/output.js";
import { checkStdin } from "../kit/stdin.js";
import { UsageError } from "../kit/usage-error.js";
import { duration, wholeNumber } from "../kit/values.js";
import { linkNotice } from "./link-notice.js";
import { brokerOptions, channel, shownChannel } from "./values.js";

interface MqSendCommandOptions {
  host: string;
  port: number;
  channel: Buffer;
  interval?: number;
  size?: number;
  count?: number;
  lines?: boolean;
}

const command: CommandDefinition<MqSendCommandOptions> = {
  options: [
    ...brokerOptions,
    option("--channel <name>", "channel to send to; /queue… gives each message to one listener", channel, "/topic/foo"),
    option("--interval <duration>", "time between messages, or 0 for full speed (default: 1s)", duration),
    option("--size <bytes>", "size of a message (default: that of its text)", wholeNumber(1, limits.maxMessage)),
    option("--count <number>", "number of messages (default: no limit)", wholeNumber(1, 1e15 - 1)),
    flag("--lines", "send each line of stdin instead of numbered messages"),
  ],
  examples: ["lab mq send --count 3", "lab mq send --channel /queue/jobs --interval 0 --count 3 --json"],
  async run({ interval, size, count = Number.POSITIVE_INFINITY, lines = false, ...rest }, { signal, out }) {
    if (lines && interval !== undefined) throw new UsageError("--interval does not go with --lines");
    if (lines) checkStdin("stdin");
    if (lines && size !== undefined) throw new UsageError("--size does not go with --lines");
    const isLimited = lines || Number.isFinite(count);
    const { mqSend } = await import("../../labs/mq/send.js");
    const status = new StatusLine();
    const emit = (event: MqSendEvent) => show(event, status, out);
    const options = { ...rest, intervalMs: interval ?? 1000, size: size ?? 0, count };
    const source = lines ? { lines: process.stdin } : {};
    const report = await mqSend({ ...options, ...source }, { signal, emit }).finally(() => status.clear());
    const name = rest.channel.toString();
    const isCutShort = report.interrupted && isLimited;
    const failed = (report.unsent > 0 || report.unconfirmed) && !isCutShort;
    out.report({ type: "summary", channel: name, ...report }, () => reportLines(report, name), { failed });
    if (isCutShort) throw endOf(signal);
  },
};
export default command;

/** The reason of an abort; for a signal its exit code alone, since the summary is the last line. */
function endOf({ reason }: AbortSignal): unknown {
  return reason instanceof Interrupted ? new ExitError(reason.exitCode) : reason;
}

function show(event: MqSendEvent, status: StatusLine, out: Output): void {
  status.clear();
  out.offer(JSON.stringify(event));
  if (event.type === "ending") out.note("All has left: waiting for the broker to read it");
  else if (event.type !== "status") out.note(linkNotice(event, "messages on their way are lost"));
  else if (!out.json) status.show(statusLine(event));
}

function statusLine({ sent, received }: MqSendStatus): string {
  return `${sent} sent${received > 0 ? `, ${received} received` : ""}`;
}

function reportLines({ sent, unsent, unconfirmed, interrupted, seconds }: MqSendReport, channel: string): string[] {
  const all = `Sent ${counted(sent, "message")} to ${shownChannel(channel)} in ${formatDuration(seconds * 1000)}`;
  const why = interrupted ? "Interrupted before the broker had closed" : "The connection was lost at the end";
  return [
    all,
    ...(unsent > 0 ? [`Not sent, since the connection was lost: ${unsent}`] : []),
    ...(unconfirmed ? [`${why}: the broker may not have read all of them`] : []),
  ];
}
