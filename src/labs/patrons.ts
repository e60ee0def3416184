import { getRequestListener } from "@hono/node-server";
import { isCancelled, onAbort, taskGroup } from "../concurrency/index.js";
import { GatedServer } from "../http/server/gated-server.js";
import { mostAccepted } from "../net/open-files.js";
import type { LabContext } from "./lab.js";
import { patronsApp } from "./patrons/app.js";
import type { Database } from "./patrons/database.js";
import { limits } from "./patrons/limits.js";
import type { ListenerState } from "./patrons/listener.js";
import { createMetrics } from "./patrons/metrics.js";
import { PatronsService } from "./patrons/patrons-service.js";
import type { Protections } from "./patrons/protections.js";

export interface ServePatronsOptions {
  database: Database;
  /** 0 means any free port. */
  port: number;
  /** The most patrons in memory. */
  cacheSize: number;
  /** Default: all. */
  protections?: Protections | undefined;
}

export type PatronsEvent =
  | { type: "listening"; url: string; database: string }
  /** The listening connection has changed its state, perhaps for a reason. */
  | { type: "listener"; state: ListenerState; reason?: string | undefined }
  /** A bug of ours: a request got a 500. */
  | { type: "error"; error: unknown };

export interface PatronsReport {
  requests: number;
  /** Requests that the gate refused. */
  refused: number;
  /** Reads by X-Cache. */
  reads: PatronsService["reads"];
  seconds: number;
}

/**
 * Serve patrons on loopback, from memory where that is right, until `signal` aborts. `database` has the table, and stays
 * open. Rejects with ExitError(1) if the port cannot be bound.
 *
 * Cancellation: answers begun requests, and resolves with the report within a second.
 */
export async function servePatrons(
  { database, port, cacheSize, protections }: ServePatronsOptions,
  { signal, emit }: LabContext<PatronsEvent>,
): Promise<PatronsReport> {
  const start = performance.now();
  const onState = (state: ListenerState, reason?: string) => void emit?.({ type: "listener", state, reason });
  const service = new PatronsService(database, { cacheSize, onState, ...(protections && { protections }) });
  const server = await open(service, port, (error) => void emit?.({ type: "error", error }));
  try {
    await taskGroup(
      async (group) => {
        group.spawn((own) => service.listener.run(own), { name: "listener" });
        await emit?.({ type: "listening", url: server.url, database: database.name });
        if (!group.signal.aborted) await new Promise<void>((resolve) => void onAbort(group.signal, resolve));
      },
      { signal },
    );
  } catch (error) {
    if (!isCancelled(error, signal)) throw error; // an abort is the normal end
  } finally {
    await server.close();
  }
  const { requests, refused } = server.counts;
  const sum = Object.values(refused).reduce((total, count) => total + count, 0);
  return { requests, refused: sum, reads: service.reads, seconds: (performance.now() - start) / 1000 };
}

async function open(service: PatronsService, port: number, onError: (error: unknown) => void): Promise<GatedServer> {
  const metrics = createMetrics(service, () => server.counts);
  const app = patronsApp(service, { metrics, onError });
  const handle = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server: GatedServer = await GatedServer.open({
    host: "127.0.0.1",
    port,
    maxConnections: Math.min(limits.connections, mostAccepted()),
    methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
    whileClosing: "answer",
    handle: (request, response) => void handle(request, response),
  });
  return server;
}
