import { ExitError, sleep } from "../../../concurrency/index.js";
import { listenerName } from "../postgres-connection.js";
import type { Administrator } from "./administrator.js";

/** `killed`: the server ended connections that listen. `frozen`: the path of the first instance's one died silently. */
export type Fault = { type: "killed"; connections: number } | { type: "frozen" };

export interface FaultOptions {
  /** The time of the load, in milliseconds. */
  durationMs: number;
  administrator: Administrator;
  freeze: () => void;
  onFault: (fault: Fault) => unknown;
}

/** When each fault comes, as a part of the load. After the silent death, the echo has three seconds to find it. */
const times = { firstKill: 0.2, freeze: 0.35, secondKill: 0.85 };

/** Kill the listening connections, freeze the path of one, kill them again. */
export async function breakListeners(options: FaultOptions, signal: AbortSignal): Promise<void> {
  const start = performance.now();
  const at = (part: number) => sleep(Math.max(0, start + part * options.durationMs - performance.now()), { signal });
  await at(times.firstKill);
  await kill(options);
  await at(times.freeze);
  options.freeze();
  await options.onFault({ type: "frozen" });
  await at(times.secondKill);
  await kill(options);
}

/** Only connections of this lab, and of this database. A role may end its own. */
const killAll = `
select pg_terminate_backend(pid)::text as ended from pg_stat_activity
where application_name = '${listenerName}' and datname = current_database()`;

async function kill({ administrator, onFault }: FaultOptions): Promise<void> {
  const rows = await administrator.ask<{ ended: string }>(killAll);
  const connections = rows.filter(({ ended }) => ended === "true").length;
  if (connections === 0) throw new ExitError(1, "the server shows no connection that listens, so none can be killed");
  await onFault({ type: "killed", connections });
}
