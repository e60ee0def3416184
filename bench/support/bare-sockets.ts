import { once } from "node:events";
import { connect } from "node:net";

/**
 * What no HTTP client in Node can beat on this machine: sockets that ask one URL after another and take each piece of data for a
 * whole reply, unread. Resolves with the milliseconds until the last one. Rejects if a reply came in more than one piece.
 */
export async function bareSockets(urls: readonly string[], concurrency: number): Promise<number> {
  const start = performance.now();
  const parsed = urls.map((url) => new URL(url));
  let next = 0;
  let pieces = 0;
  const ask = async () => {
    const { hostname, port, host } = parsed[0] as URL;
    const socket = connect(Number(port), hostname).setNoDelay();
    await once(socket, "connect");
    await new Promise<void>((resolve) => {
      const go = () => {
        const url = parsed[next++];
        if (url) socket.write(`GET ${url.pathname} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
        else resolve();
      };
      socket.on("data", () => {
        pieces++;
        go();
      });
      go();
    });
    socket.destroy();
  };
  await Promise.all(Array.from({ length: concurrency }, ask));
  if (pieces !== urls.length) throw new Error(`${urls.length} replies came in ${pieces} pieces`);
  return performance.now() - start;
}
