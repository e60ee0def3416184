import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port that nobody listens on. It lies below the ports that the system hands out, so it stays free over a restart.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const server = createServer().listen(port, "127.0.0.1");
    const isFree = await once(server, "listening").then(
      () => true,
      () => false, // once() rejects if an error event comes first
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}
