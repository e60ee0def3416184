import type { LinkEvent } from "../../zeromq/monitor.js";

/** The notice of an event on the link to the server at `address`, for a command that connects. */
export function linkNotice(event: LinkEvent, address: string): string {
  if (event.type === "waiting") return `waiting for a server at ${address}`;
  if (event.type === "connected") return `connected ${event.again ? "again " : ""}to ${address}`;
  if (event.type === "disconnected") return `lost the server at ${address}; waiting for it`;
  return `refused by ${address}: ${event.reason}`;
}
