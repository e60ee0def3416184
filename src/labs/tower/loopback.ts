import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { onAbort, taskGroup } from "../../concurrency/index.js";

const host = "127.0.0.1";

export interface Talk<T> {
  /** The server's side of a connection. */
  serve(socket: Socket): Promise<void> | void;
  connect(address: { host: string; port: number }): Socket;
  /** The client's side. */
  use(client: Socket): Promise<T>;
}

/**
 * Let a client talk to a TCP server. Both ends and the server are closed before it settles. A side that fails ends the
 * other one. Cancellation: destroys the sockets, so that both sides come to their end.
 */
export function overTcp<T>({ serve, connect, use }: Talk<T>, signal: AbortSignal): Promise<T> {
  return taskGroup(
    async (group) => {
      const sockets = new Set<Socket>();
      const keep = (socket: Socket) => sockets.add(socket.on("error", () => {}));
      const destroyAll = () => {
        for (const socket of sockets) socket.destroy();
      };
      const server = createServer((socket) => {
        keep(socket);
        if (group.signal.aborted) socket.destroy();
        else group.spawn(async () => serve(socket));
      });
      const forget = onAbort(group.signal, destroyAll);
      try {
        const port = await listen(server);
        group.signal.throwIfAborted();
        const client = connect({ host, port });
        keep(client);
        const value = await use(client);
        group.signal.throwIfAborted(); // a talk that was cut short
        return value;
      } finally {
        forget();
        destroyAll();
        await closed(server);
      }
    },
    { signal },
  );
}

async function listen(server: Server): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
