import type { IncomingMessage, ServerResponse } from "node:http";
import { isCancelled, onAbort, taskGroup } from "../../concurrency/index.js";
import { GatedServer } from "../../http/server/gated-server.js";
import type { LabContext } from "../lab.js";
import { askSites } from "./ask-sites.js";
import { mostSites, type NewsSource, type SourceEvent, withSites } from "./news-sites.js";
import { newsPage, pagePolicy } from "./page.js";
import { Shared } from "./shared.js";

export interface ServeNewsOptions extends NewsSource {
  /** 0 means any free port. */
  port: number;
}

export type ServeNewsEvent = SourceEvent | { type: "listening"; url: string };

const freshMs = 10_000; // each site is asked at most once in this time
const maxConnections = 1024;
const policy = `${pagePolicy}; frame-ancestors 'none'`;

/**
 * Serve the page at `GET /news` on loopback, until `signal` aborts. A page is at most 10 s old. It is made when somebody
 * reads it, and all readers of that time share it. Rejects with ExitError(1) if the port cannot be bound.
 */
export async function serveNews(
  options: ServeNewsOptions,
  { signal, emit }: LabContext<ServeNewsEvent>,
): Promise<void> {
  const serving = withSites(options, emit, (sites) =>
    taskGroup(
      async (group) => {
        const makePage = () =>
          group.spawn(async (own) => {
            const round = await askSites(sites, { concurrency: mostSites, signal: own });
            return newsPage(round.sites, new Date());
          });
        const page = new Shared(makePage, freshMs);
        const handle = (request: IncomingMessage, response: ServerResponse) =>
          void answer(request, response, () => (group.signal.aborted ? Promise.reject() : page.get()));
        const server = await GatedServer.open({ host: "127.0.0.1", port: options.port, maxConnections, handle });
        try {
          await emit?.({ type: "listening", url: `${server.url}/news` });
          if (!group.signal.aborted) await new Promise<void>((resolve) => void onAbort(group.signal, resolve));
        } finally {
          await server.close();
        }
      },
      { signal },
    ),
  );
  await serving.catch((error) => {
    if (!isCancelled(error, signal)) throw error; // an abort is the normal end
  });
}

async function answer(
  { url = "" }: IncomingMessage,
  response: ServerResponse,
  page: () => Promise<string>,
): Promise<void> {
  const [path] = url.split("?");
  if (path === "/") return void response.writeHead(302, { location: "/news" }).end();
  if (path !== "/news") return void response.writeHead(404, plainText).end("nothing here; /news is the page\n");
  try {
    const html = await page();
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy })
      .end(html);
  } catch {
    response.writeHead(503, { ...plainText, connection: "close" }).end("the server is closing\n"); // the group has the error
  }
}

const plainText = { "content-type": "text/plain; charset=utf-8" };
