import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A real HTTP server on a free loopback port that answers `GET /qod?category=…` after `latencyMs`. */
export async function startQuoteServer({ latencyMs }: { latencyMs: number }) {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://localhost");
    const quote = { quote: `On ${searchParams.get("category")}`, author: "Anonymous" };
    setTimeout(() => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ contents: { quotes: [quote] } }));
    }, latencyMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
