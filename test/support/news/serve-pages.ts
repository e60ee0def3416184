import { type Listening, listen } from "../../../src/http/server/listen.js";
import type { TestPage } from "./test-page.js";

export interface ServedPages extends AsyncDisposable {
  urls: URL[];
}

/** Serve test pages on a free port, each at a path of its own. */
export async function servePages(pages: readonly TestPage[]): Promise<ServedPages> {
  const server: Listening = await listen((request, response) => {
    const page = pages[Number((request.url ?? "").slice("/page".length))];
    if (!page) return void response.writeHead(404).end();
    if (typeof page.body === "function") return page.body(request, response);
    response.writeHead(200, { ...(page.type !== undefined && { "content-type": page.type }), ...page.headers });
    response.end(page.body);
  });
  return {
    urls: pages.map((_, nth) => new URL(`/page${nth}`, server.url)),
    [Symbol.asyncDispose]: () => server.close(),
  };
}
