import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onAbort } from "../../concurrency/index.js";

const host = "127.0.0.1";

export interface Talk<T> {
  /** The server's side of a connection. */
  serve(socket: Socket): Promise<void> | void;
  connect(address: { host: string; port: number }): Socket;
  /** The client's side. */
  use(client: Socket): Promise<T>;
}

/**
 * Let a client talk to a TCP server. Both ends and the server are closed before it settles. Cancellation: destroys the
 * sockets, so that both sides come to their end.
 */
export async function overTcp<T>({ serve, connect, use }: Talk<T>, signal: AbortSignal): Promise<T> {
  const sockets = new Set<Socket>();
  const serving: unknown[] = [];
  const keep = (socket: Socket) => sockets.add(socket.on("error", () => {}));
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((socket) => {
    keep(socket);
    serving.push(serve(socket));
  });
  server.listen(0, host);
  await once(server, "listening");
  const forget = onAbort(signal, destroyAll);
  try {
    const client = connect({ host, port: (server.address() as AddressInfo).port });
    keep(client);
    return await use(client);
  } finally {
    forget();
    destroyAll();
    server.close();
    await once(server, "close");
    await Promise.allSettled(serving);
  }
}
