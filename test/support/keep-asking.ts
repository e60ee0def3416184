import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** The outcome of keepAsking(). */
export interface Asked {
  answered: number;
  /** Connections that the server told to close. */
  toldToClose: number;
  /** Requests that were sent on an open connection and got no whole reply with status 200: the reasons. */
  failed: string[];
}

export interface KeepAskingOptions {
  connections: number;
  /** Each request has a connection of its own (default: kept ones). */
  fresh?: boolean;
  /** Called after each reply. */
  onAnswer?: (answered: number) => void;
}

/**
 * Ask `url` on many connections, one request after another on each, until the server closes them or its port. A kept
 * connection ends when it is told to close. Replies must have a Content-Length.
 */
export async function keepAsking(url: string, { connections, fresh = false, onAnswer }: KeepAskingOptions) {
  const asked: Asked = { answered: 0, toldToClose: 0, failed: [] };
  const { hostname, port, host } = new URL(url);
  const more = fresh ? "connection: close\r\n" : "";
  const request = `GET / HTTP/1.1\r\nhost: ${host}\r\n${more}\r\n`;

  const oneConnection = async (): Promise<"next" | "over"> => {
    const socket = connect(Number(port), hostname);
    const isOpen = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    if (!isOpen) return "over";
    try {
      for (;;) {
        socket.write(request);
        const head = await reply(socket);
        if (!head.startsWith("HTTP/1.1 200 ")) throw new Error(head.split("\r\n")[0]);
        onAnswer?.(++asked.answered);
        if (fresh) return "next";
        if (/^connection: close\r?$/im.test(head)) {
          asked.toldToClose++;
          return "over";
        }
      }
    } catch (error) {
      asked.failed.push(String(error));
      return "over";
    } finally {
      socket.destroy();
    }
  };
  const client = async () => {
    while ((await oneConnection()) === "next");
  };
  await Promise.all(Array.from({ length: connections }, client));
  return asked;
}

/** One whole reply, with a body of the length it names. Rejects if the connection ends earlier. */
function reply(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const done = (settle: () => void) => {
      socket.off("data", take).off("error", fail).off("close", end);
      settle();
    };
    const take = (chunk: Buffer) => {
      text += chunk.toString("latin1");
      const [head = "", body] = text.split("\r\n\r\n");
      const [, length] = /^content-length: (\d+)/im.exec(head) ?? [];
      if (body !== undefined && body.length === Number(length)) done(() => resolve(head));
    };
    const fail = (error: Error) => done(() => reject(error));
    const end = () => done(() => reject(new Error(`closed after ${text.length} bytes of a reply`)));
    socket.on("data", take).on("error", fail).on("close", end);
  });
}
