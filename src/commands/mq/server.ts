import { cutReasons } from "../../labs/mq/cut-reason.js";
import type { MqServerEvent, MqServerReport, MqServerStatus } from "../../labs/mq/server.js";
import { formatDuration } from "../../terminal/duration.js";
import { StatusLine } from "../../terminal/status-line.js";
import { counted } from "../../text/counted.js";
import { printable } from "../../text/printable.js";
import type { CommandDefinition } from "../kit/command-definition.js";
import { checkExposure } from "../kit/exposure.js";
import { flag, option } from "../kit/option.js";
import type { Output } from "../kit/output.js";
import { host, wholeNumber } from "../kit/values.js";
import { shownChannel } from "./values.js";

interface MqServerCommandOptions {
  host: string;
  port: number;
  insecure?: boolean;
}

const command: CommandDefinition<MqServerCommandOptions> = {
  options: [
    option("--host <address>", "address to listen on", host, "127.0.0.1"),
    option("--port <number>", "port to listen on, or 0 for any free one", wholeNumber(0, 65_535), "25000"),
    flag("--insecure", "allow an address that other machines can reach"),
  ],
  examples: ["lab mq server", "lab mq server --port 0 --json"],
  async run({ host, port, insecure }, { signal, out }) {
    checkExposure({ "--host": host }, { insecure });
    const { mqServer } = await import("../../labs/mq/server.js");
    const status = new StatusLine();
    const emit = (event: MqServerEvent) => show(event, status, out);
    const report = await mqServer({ host, port }, { signal, emit }).finally(() => status.clear());
    out.report({ type: "summary", ...report }, () => reportLines(report), { findings: report.findings });
  },
};
export default command;

function show(event: MqServerEvent, status: StatusLine, out: Output): void {
  status.clear();
  out.offer(JSON.stringify(event));
  if (event.type === "ready") out.note(`Ready: ${event.address}`);
  if (event.type === "status" && !out.json) status.show(statusLine(event));
  if (event.type !== "cut") return;
  const { reason, channel, dropped, peer, times } = event;
  const of = channel === "" ? "" : ` of ${shownChannel(channel)}`;
  const lost = dropped > 0 ? `; ${counted(dropped, "message")} dropped` : "";
  out.note(`Cut ${peer}${of}: ${cutReasons[reason]}${lost}${times > 1 ? ` (${times} in all)` : ""}`);
}

function statusLine({ connections, channels, waiting, dropped, full, paused, ...total }: MqServerStatus): string {
  const jam = full === undefined ? "" : ` · ${printable(full)} is full: ${counted(paused, "publisher")} not read`;
  const counts = `${total.in} in, ${total.out} out, ${waiting} waiting, ${dropped} dropped, ${total.cut} cut`;
  return `${counted(connections, "connection")}, ${counted(channels, "channel")} · ${counts}${jam}`;
}

function reportLines({ in: taken, out, dropped, waiting, cuts, refused, seconds }: MqServerReport): string[] {
  const reasons = Object.entries(cuts).map(([reason, count]) => `${reason} ${count}`);
  return [
    `${counted(taken, "message")} in, ${out} out in ${formatDuration(seconds * 1000)}`,
    `${dropped} dropped, ${waiting} left over in queues`,
    ...(reasons.length > 0 ? [`Connections cut: ${reasons.join(", ")}`] : []),
    ...(refused > 0 ? [`Connections refused: ${refused}`] : []),
  ];
}
