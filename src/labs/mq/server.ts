import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { setImmediate } from "node:timers/promises";
import { ExitError, every, isCancelled, sleep, taskGroup } from "../../concurrency/index.js";
import { authority } from "../../net/authority.js";
import { whyNotBound } from "../../net/bind-errors.js";
import { mostAccepted } from "../../net/open-files.js";
import type { Finding, LabContext } from "../lab.js";
import { Broker, type BrokerCounts, type BrokerOptions, type Copies, type Cut } from "./broker.js";
import { CutNotices } from "./cut-notices.js";
import type { CutReason } from "./cut-reason.js";
import { limits } from "./limits.js";

export interface MqServerOptions extends BrokerOptions {
  host: string;
  /** 0: any free one. */
  port: number;
}

export interface MqServerStatus extends BrokerCounts {
  /** Connections over the limit, which were closed at once. Failures to accept one count, too. */
  refused: number;
  /** A queue that is full, if a publisher waits for it. */
  full?: string;
}

export interface MqServerReport extends MqServerStatus {
  cuts: Partial<Record<CutReason, number>>;
  seconds: number;
  findings: Finding[];
}

export type MqServerEvent =
  | { type: "ready"; host: string; port: number; address: string }
  | ({ type: "status" } & MqServerStatus)
  /** `times`: how many there have been for this reason. At most one event a second for each. */
  | ({ type: "cut"; times: number } & Cut);

type Context = LabContext<MqServerEvent>;

/**
 * A message queue over TCP, until `signal` aborts. Then it takes no new connections, writes queued messages for up to a
 * second, and resolves with its account. Rejects with ExitError(1) if the address cannot be bound.
 */
export async function mqServer(options: MqServerOptions, { signal, emit }: Context): Promise<MqServerReport> {
  const start = performance.now();
  const notices = new CutNotices((event) => emit?.(event));
  const broker = new Broker((cut) => notices.add(cut), options);
  const listener = await listen(options, broker);
  const status = (): MqServerStatus => {
    const { full } = broker;
    return { ...broker.counts, refused: listener.refused, ...(full !== undefined && { full }) };
  };
  try {
    emit?.({ type: "ready", ...listener.at });
    await taskGroup(
      (group) => {
        group.spawn((own) => every(limits.lookMs, () => lookAfterReading(broker), own), { name: "look" });
        group.spawn((own) => every(1000, () => emit?.({ type: "status", ...status() }), own), { name: "status" });
      },
      { signal },
    ).catch((error) => {
      if (!isCancelled(error, signal)) throw error; // an abort is the normal end
    });
  } finally {
    listener.server.close();
    await sayGoodbye(broker);
  }
  const cuts = Object.fromEntries(broker.cuts);
  return { ...status(), cuts, seconds: (performance.now() - start) / 1000, findings: accountOf(broker.copies) };
}

/** Timers run before arrived data is read, and immediates after it. */
async function lookAfterReading(broker: Broker): Promise<void> {
  await setImmediate();
  broker.look();
}

interface Listener {
  server: Server;
  at: { host: string; port: number; address: string };
  refused: number;
}

async function listen({ host, port }: MqServerOptions, broker: Broker): Promise<Listener> {
  const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: limits.keepAliveMs });
  server.on("connection", (socket) => broker.accept(socket));
  server.maxConnections = Math.min(limits.maxConnections, mostAccepted());
  server.listen({ host, port, backlog: 1024 });
  await once(server, "listening").catch((error) => {
    throw new ExitError(1, `cannot listen on ${authority(host, port)}: ${whyNotBound(error)}`);
  });
  const { address, port: bound } = server.address() as AddressInfo;
  const listener: Listener = {
    server,
    at: { host: address, port: bound, address: authority(address, bound) },
    refused: 0,
  };
  const refuse = () => void listener.refused++;
  server.on("drop", refuse).on("error", refuse);
  return listener;
}

/** Write queued messages, for a second at most, then end all connections; peers get the rest of it to answer. */
async function sayGoodbye(broker: Broker): Promise<void> {
  const start = performance.now();
  const isOver = () => performance.now() - start > limits.farewellMs;
  broker.stopReading();
  do
    await sleep(10); // messages that have arrived are seen, so that their senders learn of their loss
  while (!broker.isIdle && !isOver());
  broker.end();
  while (broker.counts.connections > 0 && !isOver()) await sleep(10);
  broker.destroy();
  while (broker.counts.connections > 0) await sleep(1);
}

/** The finding about the account of all copies; none without copies. */
export function accountOf({ published, written, dropped, waiting }: Copies): Finding[] {
  if (published === 0) return [];
  return [
    {
      claim: "Every copy is accounted for: it reached its subscriber's socket, counts as dropped, or is left over",
      measured: `copies: ${published}, written: ${written}, dropped: ${dropped}, left over: ${waiting}`,
      holds: published === written + dropped + waiting,
    },
  ];
}
