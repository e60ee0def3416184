import { ExitError, isCancelled, sleep, taskGroup } from "../../../concurrency/index.js";
import { openContext } from "../../../zeromq/context.js";
import type { Endpoint } from "../../../zeromq/endpoint.js";
import type { ClientKeys } from "../../../zeromq/key-file.js";
import type { LinkEvent } from "../../../zeromq/monitor.js";
import type { Publication } from "../../../zeromq/publication.js";
import { settledWithin } from "../../../zeromq/settled-within.js";
import { connectPub } from "../../../zeromq/sockets.js";
import type { LabContext } from "../../lab.js";
import type { Sample } from "../sample.js";
import { type Identity, Reporter, type ReporterCounts } from "./reporter.js";

/** Samples that ZeroMQ holds for a server that is connected but takes none; what comes on top is lost. */
const highWaterMark = 1000;
/** How long a server that is required may take to listen. */
const serverMs = 5000;

export interface ReporterOptions extends Identity {
  /** Where the server listens. */
  connect: Endpoint;
  /** End with ExitError(3), before anything is reported, if nobody listens within five seconds. */
  requireServer: boolean;
  keys?: ClientKeys | undefined;
}

export type AppEvent =
  | { type: "sample"; sample: Sample }
  /** No server was there for a second. */
  | { type: "waiting" }
  | LinkEvent;

export interface AppReport extends ReporterCounts {
  id: string;
  seconds: number;
}

/**
 * A connected reporter for as long as `body` runs, which is given a signal of its own. What was sent still goes to a
 * live server for half a second after it. Nothing of the server's, present, absent or stopped, holds `body` up.
 * Cancellation: `body` is told, and decides when it ends; what it resolves with counts.
 */
export async function withReporter(
  options: ReporterOptions,
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
        group.spawn((own) => tellOfTheLink(pub, own, emit), { name: "link" });
        if (options.requireServer) await serverThere(pub, options.connect, group.signal);
        await body(reporter, group.signal);
        group.cancel();
      },
      { signal },
    );
  } catch (error) {
    if (!isCancelled(error, signal)) throw error; // being stopped is how an app ends
  } finally {
    await pub.close();
    await reporter.joined;
    await zmq.close();
  }
  return { id: reporter.id, ...reporter.counts, seconds: (performance.now() - start) / 1000 };
}

async function tellOfTheLink(pub: Publication, signal: AbortSignal, emit: LabContext<AppEvent>["emit"]): Promise<void> {
  pub.monitor.onEvent = (event) => emit?.(event);
  await sleep(1000, { signal });
  if (pub.monitor.counts.connects === 0) emit?.({ type: "waiting" });
}

async function serverThere(pub: Publication, { address }: Endpoint, signal: AbortSignal): Promise<void> {
  await settledWithin(pub.subscribed, serverMs, { signal });
  if (!pub.isWanted("{")) throw new ExitError(3, `no server at ${address} within ${serverMs / 1000} s`);
}
