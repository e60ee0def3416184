import { onAbort } from "../concurrency/index.js";
import { type FixtureOptions, startFixtureServer } from "../http/origin/fixture-server.js";

export type { AccessLogEntry } from "../http/origin/access-log.js";
export type ServeOptions = FixtureOptions;

/** The fixture origin, until `signal` aborts; `emit` is told its address once it answers. Rejects if it cannot be bound. */
export async function serveFixtures(
  options: ServeOptions,
  { signal, emit }: { signal: AbortSignal; emit: (event: { url: string }) => void },
): Promise<void> {
  const server = await startFixtureServer(options);
  try {
    emit({ url: server.url });
    if (!signal.aborted) await new Promise<void>((resolve) => void onAbort(signal, resolve));
  } finally {
    await server.close();
  }
}
