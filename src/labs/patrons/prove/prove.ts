import { randomUUID } from "node:crypto";
import { gather, type TaskGroup, taskGroup } from "../../../concurrency/index.js";
import type { Finding, LabContext } from "../../lab.js";
import type { Dsn } from "../dsn.js";
import { allProtections, type Protections } from "../protections.js";
import { Administrator } from "./administrator.js";
import { countLost, usesCache } from "./aftermath.js";
import { Client } from "./client.js";
import { breakListeners, type Fault } from "./faults.js";
import { type Fleet, openFleet } from "./fleet.js";
import type { History } from "./history.js";
import { cacheSize, Load } from "./load.js";
import { type Serve, startServices } from "./services.js";
import type { Tally } from "./tally.js";
import { findingsOf } from "./verdicts.js";

const readersOfEach = 4; // clients of one instance; the last one, which is slow, has twice as many
const writers = 8; // clients of all instances together

export interface ProveOptions {
  dsn: Dsn;
  /** At least two. */
  instances: number;
  /** Connections of each instance for queries. */
  pool: number;
  /** The protection to take out. */
  without?: keyof Protections | undefined;
  /** The time of the load, in milliseconds. */
  durationMs: number;
}

export type ProveEvent = Fault | { type: "load"; durationMs: number };

export interface ProveReport extends Pick<Tally, "cache" | "writes" | "failed" | "listening" | "silent"> {
  instances: number;
  without: keyof Protections | undefined;
  findings: Finding[];
}

/**
 * Run several instances under mixed load, cut their listening connections, and judge each read by the writes that were
 * acknowledged before it. The patrons of the load are deleted in the end.
 *
 * Cancellation: stops all, and rejects with `signal.reason`. Rejects with ExitError(1) if the server cannot be used.
 */
export async function provePatrons(
  options: ProveOptions,
  serve: Serve,
  { signal, emit }: LabContext<ProveEvent>,
): Promise<ProveReport> {
  const fleet = await openFleet(options.dsn, options);
  const parts = { ...options, fleet, client: new Client(), administrator: new Administrator(fleet.administrator) };
  const name = `lab patrons --prove ${randomUUID()}`; // of all patrons of this run
  try {
    const body = async (group: TaskGroup) => {
      const protections = { ...allProtections, ...(options.without && { [options.without]: false }) };
      const ports = await startServices(fleet.databases, { cacheSize, protections }, { serve, group });
      const report = await proveWith(new Load(parts.client, ports, name), parts, { signal: group.signal, emit });
      group.cancel();
      return report;
    };
    return await taskGroup(body, { signal });
  } finally {
    parts.client.close();
    await parts.administrator.ask("delete from patron where name = $1::text", [name]).finally(() => fleet.close());
  }
}

type Parts = ProveOptions & { fleet: Fleet; client: Client; administrator: Administrator };

async function proveWith(load: Load, parts: Parts, context: LabContext<ProveEvent>): Promise<ProveReport> {
  const { client, administrator, instances, without } = parts;
  await runLoad(load, parts, context);
  const patron = load.present[0] as History;
  const used = await Promise.all(load.ports.map((port) => usesCache(port, patron, client, context.signal)));
  const lost = await countLost(load.histories, administrator);
  const { cache, writes, failed, listening, silent } = load.tally;
  const findings = findingsOf(load.tally, { instances, lost, back: used.filter((isUsed) => isUsed).length });
  return { instances, without, cache, writes, failed, listening, silent, findings };
}

async function runLoad(
  load: Load,
  { instances, durationMs, fleet, administrator }: Parts,
  { signal, emit }: LabContext<ProveEvent>,
): Promise<void> {
  const each = <T>(count: number, task: (nth: number) => T): T[] =>
    Array.from({ length: count }, (_, nth) => task(nth));
  await gather(
    each(writers, (nth) => (own: AbortSignal) => load.fill(nth, writers, own)),
    { signal },
  );
  await emit?.({ type: "load", durationMs });
  const endAt = performance.now() + durationMs;
  const freeze = () => {
    fleet.freezeFirst();
    load.tally.silence(0);
  };
  const onFault = async (fault: Fault) => emit?.(fault);
  await gather(
    [
      (own: AbortSignal) => breakListeners({ durationMs, administrator, freeze, onFault }, own),
      ...each(writers, (nth) => (own: AbortSignal) => load.write(nth, writers, endAt, own)),
      ...each((instances + 1) * readersOfEach, (nth) => (own: AbortSignal) => {
        return load.read(Math.min(nth % (instances + 1), instances - 1), endAt, own);
      }),
    ],
    { signal },
  );
}
