import { Event, ExitError, type TaskGroup } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import type { Database } from "../database.js";
import type { Protections } from "../protections.js";

/** The service of one instance: servePatrons(). It is given, since a lab does not import the file above it. */
export type Serve = (
  options: { database: Database; port: number; cacheSize: number; protections: Protections },
  context: LabContext<{ type: string; url?: string; state?: string }>,
) => Promise<unknown>;

type Options = { cacheSize: number; protections: Protections };

/**
 * Start a service in `group` for each database, and wait until all of them listen to changes. Resolves with their ports.
 * Rejects with ExitError(1) if one hears no events, as behind a pooler.
 */
export async function startServices(
  databases: readonly Database[],
  options: Options,
  { serve, group }: { serve: Serve; group: TaskGroup },
): Promise<number[]> {
  const starting = databases.map(async (database) => {
    const listens = new Event();
    let [port, isDeaf] = [0, false];
    const emit = ({ url, state }: { url?: string; state?: string }) => {
      if (url !== undefined) port = Number(new URL(url).port);
      if (state === "deaf") isDeaf = true;
      if (state === "listening" || isDeaf) listens.set();
    };
    group.spawn((own) => serve({ database, port: 0, ...options }, { signal: own, emit }), { name: "instance" });
    await listens.wait({ signal: group.signal });
    if (isDeaf)
      throw new ExitError(1, `no event comes from ${database.name}: name the server, and no pooler before it`);
    return port;
  });
  return Promise.all(starting);
}
