import type { Socket } from "node:net";
import { Agent, buildConnector, type Dispatcher } from "undici";

export type { Dispatcher };

/** What requests are sent over; whoever opened it closes it. */
export interface Connections {
  readonly dispatcher: Dispatcher;
  /** Cut every connection, those included that are still being opened. */
  close(): Promise<void>;
}

/** At most `limit` connections to each origin. They have no time-outs of their own: the deadline is that of fetchOne. */
export function openConnections(limit: number): Connections {
  const connect = buildConnector({ timeout: 0 }) as Connect;
  const opening = new Set<Socket>(); // undici forgets these when their request is aborted, and Node waits for them
  const dispatcher = new Agent({
    connections: limit,
    headersTimeout: 0,
    bodyTimeout: 0,
    connect(options, callback) {
      const socket = connect(options, (...result: Parameters<buildConnector.Callback>) => {
        opening.delete(socket);
        callback(...result);
      });
      opening.add(socket);
    },
  });
  return {
    dispatcher,
    async close() {
      for (const socket of opening) socket.destroy();
      await dispatcher.destroy();
    },
  };
}

/** The connector returns its socket, which its types leave out. */
type Connect = (options: buildConnector.Options, callback: buildConnector.Callback) => Socket;
