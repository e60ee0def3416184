import type { IncomingMessage, ServerResponse } from "node:http";
import type { AccessToken } from "../../../http/server/access-token.js";
import type { Feed } from "./feed.js";
import { answerHistory } from "./history-reply.js";
import type { Metrics } from "./metrics.js";
import type { SeriesTable } from "./series-table.js";
import type { SiteFile } from "./site-files.js";
import type { WallClock } from "./wall-clock.js";

interface SiteOptions {
  files: ReadonlyMap<string, SiteFile>;
  series: SeriesTable;
  feed: Feed;
  metrics: Metrics;
  wall: WallClock;
  /** A request without it gets 401, except /healthz; undefined: no token is needed. */
  token: AccessToken | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** The routes behind the gate: the page and its files, /feed, /api/series, /metrics and /healthz. */
export function createSite({ files, series, feed, metrics, wall, token }: SiteOptions): Answer {
  const routes = new Map<string, Answer>([
    ["/feed", (request, response) => feed.open(request, response)],
    ["/api/series", (request, response) => void answerHistory(series, request, response, wall)],
    ["/metrics", (_request, response) => void answerMetrics(metrics, response)],
    ["/healthz", (_request, response) => send(response, 200, "application/json", `{"status":"ok"}\n`)],
  ]);
  for (const [path, { type, bytes }] of files)
    routes.set(path, (_request, response) => send(response, 200, type, bytes));

  return (request, response) => {
    const url = request.url ?? "";
    const [path = ""] = url.split("?", 1);
    const route = routes.get(path);
    if (token && path !== "/healthz" && !token.admits(request)) askForToken(response);
    else if (!route) send(response, 404, plain, "Not Found\n");
    else if (token?.isIn(url)) welcome(token, path, response);
    else route(request, response);
  };
}

const plain = "text/plain; charset=utf-8";

function send(response: ServerResponse, status: number, type: string, body: string | Buffer): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) }).end(body);
}

async function answerMetrics(metrics: Metrics, response: ServerResponse): Promise<void> {
  send(response, 200, metrics.contentType, await metrics.text());
}

function askForToken(response: ServerResponse): void {
  response.setHeader("www-authenticate", "Bearer");
  send(response, 401, plain, "Open the page once as /?token=… with the token of this server.\n");
}

/** Give the browser a cookie and an address without the token, which so leaves the address line and the history. */
function welcome(token: AccessToken, path: string, response: ServerResponse): void {
  token.setCookie(response);
  response.setHeader("location", `./${path.slice(path.lastIndexOf("/") + 1)}`); // relative: a proxy may add a path before it
  send(response, 303, plain, "");
}
