import type { IncomingMessage, ServerResponse } from "node:http";
import { isCancelled, onAbort, type TaskGroup, taskGroup } from "../../concurrency/index.js";
import { Connections } from "../../http/client/connections.js";
import { GatedServer } from "../../http/server/gated-server.js";
import type { LabContext } from "../lab.js";
import { frontPage } from "./front-page.js";
import { type Ask, KeptSite } from "./kept-site.js";
import { type BrowserEvent, type NewsSource, type SourceEvent, withSites } from "./news-sites.js";
import { pagePolicy } from "./page.js";
import type { Renderer } from "./render/renderer.js";
import { answerRender } from "./render-html.js";
import { readSite, type Site } from "./site.js";

export interface ServeNewsOptions extends NewsSource {
  /** 0 means any free port. */
  port: number;
}

export type ServeNewsEvent = SourceEvent | BrowserEvent | { type: "listening"; url: string };

const maxConnections = 1024;
const policy = `${pagePolicy}; frame-ancestors 'none'`;
const plainText = { "content-type": "text/plain; charset=utf-8" };

/**
 * Serve the page at `GET /news` on loopback, until `signal` aborts. A site is asked when somebody reads it, at most once
 * in 10 s. With a browser, `GET /render.html` answers as Splash does. Rejects with ExitError(1) if the port cannot be
 * bound. Cancellation: answers begun requests from the answers so far, and resolves within a second.
 */
export async function serveNews(
  options: ServeNewsOptions,
  { signal, emit }: LabContext<ServeNewsEvent>,
): Promise<void> {
  const serving = withSites(options, { signal, emit }, (sites, renderer) =>
    taskGroup(
      async (group) => {
        const routes = new Routes(sites, renderer, group);
        const handle = (request: IncomingMessage, response: ServerResponse) => void routes.answer(request, response);
        const server = await GatedServer.open({
          host: "127.0.0.1",
          port: options.port,
          maxConnections,
          whileClosing: "answer",
          handle,
        });
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

class Routes {
  readonly #sites: readonly KeptSite[];
  readonly #canRender: boolean;
  readonly #signal: AbortSignal;

  constructor(sites: readonly Site[], renderer: Renderer | undefined, group: TaskGroup) {
    const ask: Ask = (site, waitMs) => group.spawn((signal) => askAlone(site, { renderer, waitMs, signal }));
    this.#sites = sites.map((site) => new KeptSite(site, ask));
    this.#canRender = renderer !== undefined;
    this.#signal = group.signal;
  }

  async answer({ url = "" }: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path] = url.split("?");
    if (path === "/") return void response.writeHead(302, { location: "/news" }).end();
    if (path === "/render.html" && this.#canRender) return answerRender(url, response, this.#sites, this.#signal);
    if (path !== "/news") return void response.writeHead(404, plainText).end("nothing here; /news is the page\n");
    const html = await frontPage(this.#sites, this.#signal);
    response
      .writeHead(200, { "content-type": "text/html; charset=utf-8", "content-security-policy": policy })
      .end(html);
  }
}

async function askAlone(site: Site, context: { renderer: Renderer | undefined; waitMs: number; signal: AbortSignal }) {
  const connections = new Connections(1);
  try {
    return await readSite(site, { ...context, connections });
  } finally {
    await connections.close();
  }
}
