import type { LinkEvent } from "../../labs/mq/link.js";

/** The notice of an event on the connection to a broker. `loss` tells of the messages that a lost connection costs. */
export function linkNotice(event: LinkEvent, loss: string): string {
  const { type, address } = event;
  if (type === "waiting") return `Waiting for a broker at ${address}: ${event.reason}`;
  if (type === "disconnected") return `Lost the broker at ${address}: ${loss}`;
  return `Connected ${event.again ? "again " : ""}to ${address}`;
}
