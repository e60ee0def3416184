import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TracedTask } from "./traced-task.js";
import type { Tracer } from "./tracer.js";

/** As undici publishes it. */
interface Sent {
  request: { method: string; path: string };
}

interface Received {
  request: IncomingMessage;
  response: ServerResponse;
}

/**
 * Trace HTTP by the diagnostics channels of Node and undici: a request that a task sends is a wait of that task, a request that a server
 * gets is a task. Names are the method and the path; a query may hold a secret. Returns a function that stops it.
 */
export function traceHttp(tracer: Tracer): () => void {
  const waits = new WeakMap<object, () => void>();
  const tasks = new WeakMap<object, TracedTask>();
  const sent = ({ request }: Sent) => waits.set(request, tracer.wait(nameOf(request.method, request.path)));
  const answered = ({ request }: Sent) => waits.get(request)?.();
  const received = ({ request, response }: Received) => {
    const task = tracer.begin(nameOf(request.method, request.url), undefined);
    tasks.set(response, task);
    tracer.turns.enter(task);
    response.once("close", () => tracer.end(task)); // also for a reply that was cut off
  };
  const channels: [name: string, listener: (message: never) => void][] = [
    ["undici:request:create", sent],
    ["undici:request:trailers", answered],
    ["undici:request:error", answered],
    ["http.server.request.start", received],
  ];
  for (const [name, listener] of channels) subscribe(name, listener as (message: unknown) => void);
  return () => {
    for (const [name, listener] of channels) unsubscribe(name, listener as (message: unknown) => void);
  };
}

function nameOf(method: string | undefined, path = ""): string {
  return `${method} ${path.split("?", 1)[0]}`;
}
