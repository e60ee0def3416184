import { ExitError, isCancelled, taskGroup } from "../../../concurrency/index.js";
import { openContext } from "../../../zeromq/context.js";
import type { Endpoint } from "../../../zeromq/endpoint.js";
import type { ClientKeys } from "../../../zeromq/key-file.js";
import type { LinkEvent } from "../../../zeromq/link-event.js";
import type { Publication } from "../../../zeromq/publication.js";
import { settledWithin } from "../../../zeromq/settled-within.js";
import { connectPub } from "../../../zeromq/sockets.js";
import type { LabContext } from "../../lab.js";
import type { Sample } from "../sample.js";
import type { Identity } from "./identity.js";
import { Reporter, type ReporterCounts } from "./reporter.js";

/** Samples that ZeroMQ holds for a connected server that takes none; further ones are lost. */
const highWaterMark = 1000;
/** Milliseconds that a required server gets to subscribe. */
const serverMs = 5000;

export interface ReporterOptions {
  /** The collecting endpoint of the server. */
  connect: Endpoint;
  /** Reject with ExitError(3), before the first sample, if no server listens within five seconds. */
  requireServer: boolean;
  keys?: ClientKeys | undefined;
}

export type AppEvent = { type: "sample"; sample: Sample } | LinkEvent;

export interface AppReport extends ReporterCounts {
  id: string;
  seconds: number;
}

/**
 * Give `body` a connected reporter while it runs. A server that is absent or stopped never delays `body`. Afterwards,
 * sent samples get half a second to reach a live server.
 *
 * Cancellation: aborts the signal of `body`, which decides when it ends; resolves with the report.
 */
export async function withReporter(
  options: ReporterOptions & Identity,
  { signal, emit }: LabContext<AppEvent>,
  body: (reporter: Reporter, signal: AbortSignal) => Promise<void>,
): Promise<AppReport> {
  const start = performance.now();
  const zmq = await openContext(options.keys);
  const pub = connectPub(options.connect, zmq, { highWaterMark });
  const reporter = new Reporter(pub, options);
  try {
    await taskGroup(
      async (group) => {
        group.spawn((own) => pub.monitor.follow((event) => emit?.(event), own), { name: "link" });
        if (options.requireServer) await serverThere(pub, options.connect, group.signal);
        await body(reporter, group.signal);
        group.cancel();
      },
      { signal },
    );
  } catch (error) {
    if (!isCancelled(error, signal)) throw error; // an abort is the normal end
  } finally {
    await pub.close();
    await reporter.joined;
    await zmq.close();
  }
  return { id: reporter.id, ...reporter.counts, seconds: (performance.now() - start) / 1000 };
}

async function serverThere(pub: Publication, { address }: Endpoint, signal: AbortSignal): Promise<void> {
  await settledWithin(pub.subscribed, serverMs, { signal });
  if (!pub.isWanted("{")) throw new ExitError(3, `no server at ${address} within ${serverMs / 1000} s`);
}
