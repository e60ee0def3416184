import type { IncomingMessage, ServerResponse } from "node:http";

/** One request, once its connection is done with it. */
export interface AccessLogEntry {
  method: string;
  /** Path and query as received. */
  target: string;
  /** Null if the answer was not begun: the client left, or the request hung. */
  status: number | null;
  /** The whole answer was sent. */
  complete: boolean;
  /** From the request to the end of the answer, in milliseconds. */
  ms: number;
}

/** Call `log` with the request once it is answered, or once its connection has closed. */
export function logOnceDone(
  { method = "", url = "" }: IncomingMessage,
  response: ServerResponse,
  log: (entry: AccessLogEntry) => void,
): void {
  const start = performance.now();
  response.once("close", () => {
    const status = response.headersSent ? response.statusCode : null;
    const ms = Math.round((performance.now() - start) * 10) / 10;
    log({ method, target: url, status, complete: response.writableFinished, ms });
  });
}
