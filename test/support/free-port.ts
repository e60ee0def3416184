import { once } from "node:events";
import { createServer } from "node:net";

/**
 * A port that nobody listens on. It lies below the ports that the system hands out, so it stays free over a restart.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    if (await isTaken(port)) continue;
    return port;
  }
}

/** Whether a loopback port cannot be bound now. */
export async function isTaken(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  const isFree = await once(server, "listening").then(
    () => true,
    () => false, // once() rejects if an error event comes first
  );
  if (!isFree) return true;
  server.close();
  await once(server, "close");
  return false;
}
