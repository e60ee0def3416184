import { Agent, type Dispatcher } from "undici";

export type { Dispatcher };

/** Connections to fetch with, at most `connections` to each origin. End it with destroy(). */
export function createDispatcher(connections: number): Dispatcher {
  // One deadline, that of fetchOne; undici's own time-outs would be a second opinion.
  return new Agent({ connections, headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 0 } });
}
