import { Event, type TaskGroup } from "../../../concurrency/index.js";
import type { LabContext } from "../../lab.js";
import type { Database } from "../database.js";
import type { Protections } from "../protections.js";

/** The service of one instance: servePatrons(). It is given, since a lab does not import the file above it. */
export type Serve = (
  options: { database: Database; port: number; cacheSize: number; protections: Protections },
  context: LabContext<{ type: string; url?: string; state?: string }>,
) => Promise<unknown>;

type Options = { cacheSize: number; protections: Protections };

/** Start a service in `group` for each database, and wait until all of them listen to changes. Returns their ports. */
export async function startServices(
  databases: readonly Database[],
  options: Options,
  { serve, group }: { serve: Serve; group: TaskGroup },
): Promise<number[]> {
  const starting = databases.map(async (database) => {
    const listens = new Event();
    let port = 0;
    const emit = ({ url, state }: { url?: string; state?: string }) => {
      if (url !== undefined) port = Number(new URL(url).port);
      if (state === "listening") listens.set();
    };
    group.spawn((own) => serve({ database, port: 0, ...options }, { signal: own, emit }), { name: "instance" });
    await listens.wait({ signal: group.signal });
    return port;
  });
  return Promise.all(starting);
}
