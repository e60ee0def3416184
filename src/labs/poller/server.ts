import { every, isCancelled, taskGroup } from "../../concurrency/index.js";
import { openContext } from "../../zeromq/context.js";
import type { ServerKeys } from "../../zeromq/key-file.js";
import type { LinkCounts, LinkEvent } from "../../zeromq/link-event.js";
import type { Finding, LabContext } from "../lab.js";
import { Counter, type CounterOptions } from "./counter.js";
import { type Endpoints, type ServerSockets, withServerSockets } from "./server-sockets.js";

/**
 * Milliseconds after an abort for pollers that still take messages, however slowly. Without progress, SendQueue decides.
 */
const farewellMs = 30_000;

/** The assumed pace of a live SUB peer, per second: the backlog of PUB cannot be seen. */
const pubPace = { messages: 20_000, bytes: 5_000_000 };

export interface PollerServerOptions extends Endpoints, CounterOptions {
  /** Encrypt, and admit only the clients listed there. */
  keys?: ServerKeys | undefined;
}

export interface PollerServerStatus {
  /** The next integer, and so the number sent to PUB. */
  next: number;
  /** Of these: handed to PULL peers, waiting for one, and dropped because the queue was full. */
  pushed: number;
  waiting: number;
  dropped: number;
  push: LinkCounts;
  pub: LinkCounts;
}

export interface PollerServerReport extends PollerServerStatus {
  seconds: number;
  findings: Finding[];
}

export type PollerServerEvent =
  | { type: "ready"; push: string; pub: string }
  | ({ type: "status" } & PollerServerStatus)
  /** The server ends, and connected pollers still get the waiting integers. */
  | { type: "draining"; via: "PUSH"; address: string; waiting: number }
  | LinkEvent;

type Context = LabContext<PollerServerEvent>;

/**
 * Send the integers from 0 to a PUSH socket, which shares them out, and to a PUB socket, which copies them. A missing
 * PULL peer does not stop PUB. Resolves after `count` integers, once live PULL peers have taken their backlog.
 *
 * Cancellation: ends the counting, hands over the backlog for up to 30 s, and resolves with the report.
 * Rejects with ExitError(1) if an endpoint cannot be bound; then neither is.
 */
export async function pollerServer(options: PollerServerOptions, context: Context): Promise<PollerServerReport> {
  const zmq = await openContext(options.keys);
  try {
    return await withServerSockets(options, zmq, (sockets) => sendIntegers(sockets, options, context));
  } finally {
    await zmq.close();
  }
}

async function sendIntegers(
  sockets: ServerSockets,
  options: PollerServerOptions,
  { signal, emit }: Context,
): Promise<PollerServerReport> {
  const { push, queue, pub } = sockets;
  emit?.({ type: "ready", push: push.address, pub: pub.address });
  for (const { monitor } of [push, pub]) monitor.listen((event) => emit?.(event));

  const start = performance.now();
  const counter = new Counter(sockets, options);
  const status = (): PollerServerStatus => ({
    next: counter.next,
    pushed: queue.sent,
    waiting: queue.waiting,
    dropped: queue.refused,
    push: push.monitor.counts,
    pub: pub.monitor.counts,
  });
  await taskGroup(
    async (group) => {
      group.spawn((own) => every(1000, () => emit?.({ type: "status", ...status() }), own), { name: "status" });
      await counter.run(group.signal);
      group.cancel();
    },
    { signal },
  ).catch((error) => {
    if (!isCancelled(error, signal)) throw error; // an abort is the normal end
  });
  if (queue.waiting > 0 && push.monitor.peers > 0)
    emit?.({ type: "draining", via: "PUSH", address: push.address, waiting: queue.waiting });
  const drained = await queue.drain({ signal, maxMs: farewellMs });
  const findings = [...counter.findings, ...handoverFinding(status())];
  const report = { ...status(), seconds: (performance.now() - start) / 1000, findings };
  const stalled = !drained && push.monitor.peers > 0; // peers that take nothing by PULL take nothing by SUB
  const lingerMs = stalled ? undefined : lingerFor(counter.next, options.size);
  await Promise.all([queue.close({ lingerMs }), pub.close({ lingerMs })]);
  return report;
}

function handoverFinding({ next, pushed, waiting, dropped }: PollerServerStatus): Finding[] {
  if (next === 0) return [];
  return [
    {
      claim: "Every integer was handed to a PULL peer",
      measured: `${pushed} of ${next} handed over, ${waiting} left over, ${dropped} dropped at a full queue`,
      holds: pushed === next,
    },
  ];
}

function lingerFor(messages: number, size: number): number {
  const seconds = messages / pubPace.messages + (messages * size) / pubPace.bytes;
  return Math.min(500 + seconds * 1000, farewellMs);
}
