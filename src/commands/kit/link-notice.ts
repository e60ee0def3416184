import type { LinkEvent } from "../../zeromq/link-event.js";

/** The notice of an event on the link to a server, for a command that connects. */
export function linkNotice(event: LinkEvent): string {
  const { type, address } = event;
  if (type === "waiting") return `waiting for a server at ${address}`;
  if (type === "connected") return `connected ${event.again ? "again " : ""}to ${address}`;
  if (type === "disconnected") return `lost the server at ${address}; waiting for it`;
  if (type === "unresolved") return `cannot resolve ${address}: ${event.reason}; trying again`;
  return `refused by ${address}: ${event.reason}`;
}
