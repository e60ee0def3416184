import { every, isCancelled, taskGroup } from "../../../concurrency/index.js";
import { AccessToken } from "../../../http/server/access-token.js";
import { GatedServer } from "../../../http/server/gated-server.js";
import { openContext } from "../../../zeromq/context.js";
import type { Endpoint } from "../../../zeromq/endpoint.js";
import type { Inlet } from "../../../zeromq/inlet.js";
import type { ServerKeys } from "../../../zeromq/key-file.js";
import type { LinkEvent } from "../../../zeromq/link-event.js";
import { bindSub } from "../../../zeromq/sockets.js";
import type { LabContext } from "../../lab.js";
import type { Mark } from "../page/protocol.js";
import { serverTime } from "./clock.js";
import { Collector } from "./collector.js";
import { Counters } from "./counters.js";
import { Feed } from "./feed.js";
import { limits } from "./limits.js";
import type { Alert } from "./marks/alert.js";
import { Marks } from "./marks/marks.js";
import { createMetrics } from "./metrics.js";
import type { Rejection } from "./rejection.js";
import { SeriesTable } from "./series-table.js";
import { createSite } from "./site.js";
import { readSiteFiles } from "./site-files.js";
import { WallClock } from "./wall-clock.js";

export interface ApmServerOptions {
  /** The endpoint where apps connect. */
  collect: Endpoint;
  /** Address and port of the page; port 0 is any free one. */
  host: string;
  port: number;
  /** Host names that requests may have besides `host` and localhost (default: none). */
  allowHosts?: readonly string[] | undefined;
  /** Seconds of history of each series. */
  historySeconds: number;
  /** Encrypt, and admit only the clients listed there. */
  keys?: ServerKeys | undefined;
  /** Thresholds that every app is watched for (default: none). */
  alerts?: readonly Alert[];
  /** The secret of browsers and scrapers; undefined: none is needed. */
  token?: string | undefined;
}

export interface ApmServerStatus {
  /** Current series. */
  series: number;
  samples: number;
  rejected: number;
  lost: number;
  /** Open feeds. */
  clients: number;
}

export interface ApmServerReport extends ApmServerStatus {
  seconds: number;
}

export type ApmServerEvent =
  | { type: "ready"; url: string; collect: string }
  /** Each second. */
  | ({ type: "status" } & ApmServerStatus)
  /** Something happened to an app. */
  | ({ type: "mark" } & Mark)
  /** At most once a second for each reason and field. */
  | ({ type: "rejected" } & Rejection)
  /** An app has connected or disconnected, or its handshake failed. */
  | LinkEvent;

type Context = LabContext<ApmServerEvent>;

/**
 * Run the notes' metric server: it collects the samples of apps, keeps their history, and sends them to each open page.
 *
 * Cancellation: sends `bye` to the browsers, gives them a second, and resolves with the report.
 * Rejects with ExitError(1) if one of the two addresses cannot be bound; then neither is.
 */
export async function apmServer(options: ApmServerOptions, context: Context): Promise<ApmServerReport> {
  const zmq = await openContext(options.keys);
  try {
    const { maxMessageSize, receiveHighWaterMark: highWaterMark } = limits;
    const inlet = await bindSub(options.collect, zmq, { maxMessageSize, highWaterMark });
    return await collectAndShow(inlet, options, context).finally(() => inlet.close());
  } finally {
    await zmq.close();
  }
}

async function collectAndShow(
  inlet: Inlet,
  options: ApmServerOptions,
  { signal, emit }: Context,
): Promise<ApmServerReport> {
  const start = performance.now();
  const counters = new Counters();
  const series = new SeriesTable(options);
  const wall = new WallClock();
  const feed = new Feed(series, counters, inlet.address, wall);
  const marks = new Marks(options.alerts ?? [], (mark) => {
    feed.marked(mark);
    emit?.({ type: "mark", ...mark });
  });
  const http = await openSite(inlet, { counters, series, feed, wall, marks }, options);
  const collector = new Collector({
    counters,
    series,
    onSample: (changed, lost) => {
      marks.take(changed, lost);
      feed.changed(changed);
    },
    onRejected: (rejection) => {
      feed.rejected(rejection);
      emit?.({ type: "rejected", ...rejection });
    },
  });
  const status = (): ApmServerStatus => {
    const rejected = Object.values(counters.rejected).reduce((sum, count) => sum + count, 0);
    const lost = counters.lost - counters.late;
    return { series: series.size, samples: counters.samples, rejected, lost, clients: feed.clients };
  };
  emit?.({ type: "ready", url: http.url, collect: inlet.address });
  inlet.monitor.listen((event) => emit?.(event));

  await taskGroup(
    (group) => {
      group.spawn((own) => collector.run(inlet.messages(own)), { name: "collector" });
      group.spawn((own) => feed.run(own), { name: "feed" });
      group.spawn((own) => every(1000, () => series.dropIdle(serverTime()) && feed.seriesLeft(), own), {
        name: "idle series",
      });
      group.spawn((own) => every(500, () => marks.look(series.values()), own), { name: "marks" });
      group.spawn((own) => every(1000, () => emit?.({ type: "status", ...status() }), own), { name: "status" });
    },
    { signal },
  )
    .catch((error) => {
      if (!isCancelled(error, signal)) throw error; // an abort is the normal end
    })
    .finally(() => http.close(() => feed.close()));
  return { ...status(), seconds: (performance.now() - start) / 1000 };
}

interface Parts {
  counters: Counters;
  series: SeriesTable;
  feed: Feed;
  wall: WallClock;
  marks: Marks;
}

async function openSite(
  inlet: Inlet,
  { counters, series, feed, wall, marks }: Parts,
  { host, port, allowHosts = [], token: secret }: ApmServerOptions,
): Promise<GatedServer> {
  const files = await readSiteFiles();
  const token = secret === undefined ? undefined : new AccessToken(secret);
  let answer: ReturnType<typeof createSite> = (_request, response) => void response.writeHead(503).end();
  const { maxConnections } = limits;
  const http = await GatedServer.open({
    host,
    port,
    allowHosts,
    maxConnections,
    handle: (request, response) => answer(request, response),
  });
  const metrics = createMetrics({ counters, series, feed, marks, links: inlet.monitor.counts, gate: http.counts });
  answer = createSite({ files, series, feed, metrics, wall, token });
  return http;
}
