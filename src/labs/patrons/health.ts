import type { ListenerState } from "./listener.js";
import type { PatronsService } from "./patrons-service.js";

export interface Health {
  database: "ok" | "away";
  listener: ListenerState;
  cache: { state: "on" | "bypass"; patrons: number };
}

/** The state of the service. It asks the database, over a connection of the pool. */
export async function health({ database, listener, cache }: PatronsService): Promise<Health> {
  const answers = await database.query("select 1").then(
    () => true,
    () => false,
  );
  return {
    database: answers ? "ok" : "away",
    listener: listener.state,
    cache: { state: listener.lease.holds ? "on" : "bypass", patrons: cache.size },
  };
}
