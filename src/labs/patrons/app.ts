import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { BadRequest, readPatron } from "./body.js";
import { Unavailable } from "./database.js";
import { health } from "./health.js";
import type { Metrics } from "./metrics.js";
import { parsePatronId } from "./patron-id.js";
import type { Found, PatronsService } from "./patrons-service.js";
import { whyUnavailable } from "./why-unavailable.js";

type Env = { Bindings: HttpBindings };

const json = { "content-type": "application/json" };

/** The routes of the service. */
export function patronsApp(service: PatronsService, metrics: Metrics, onError: (error: unknown) => void): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/patron/:id", (c) => get(c, service));
  app.post("/patron", async (c) => {
    const id = await service.create(await readPatron(c.env.incoming));
    return c.body(`{"msg":"ok","id":${id}}`, 201, { ...json, location: `/patron/${id}` });
  });
  app.put("/patron/:id", async (c) => {
    const patron = await readPatron(c.env.incoming);
    return withId(c, async (id) => done(c, id, await service.replace(id, patron)));
  });
  app.delete("/patron/:id", (c) => withId(c, async (id) => done(c, id, await service.delete(id))));
  app.delete("/cache", async (c) => {
    await service.clearEverywhere();
    return c.body(`{"msg":"ok"}`, 200, json);
  });
  app.get("/healthz", async (c) => {
    const state = await health(service);
    return c.json(state, state.database === "ok" ? 200 : 503);
  });
  app.get("/metrics", async (c) => c.body(await metrics.text(), 200, { "content-type": metrics.contentType }));
  for (const [path, allow] of Object.entries(methods)) app.all(path, (c) => problem(c, 405, "method", { allow }));
  app.notFound((c) => problem(c, 404, "nothing here; try /patron/1"));
  app.onError((error, c) => failure(c, error, onError));
  return app;
}

const methods = {
  "/patron": "POST",
  "/patron/:id": "GET, HEAD, PUT, DELETE",
  "/cache": "DELETE",
  "/healthz": "GET, HEAD",
  "/metrics": "GET, HEAD",
};

const noPatron = "there is no such patron";
const notWhole = "the id must be a whole number";

type OwnContext = Context<Env>;

/** Each reply to a GET has X-Cache, that of a failure too. */
function get(c: OwnContext, service: PatronsService): Response | Promise<Response> {
  const cache = { "x-cache": service.missState };
  const id = parsePatronId(c.req.param("id") ?? "");
  if (id === undefined) return problem(c, 400, notWhole, cache);
  if (id === "none") return problem(c, 404, noPatron, cache);
  const found = service.read(id);
  if (!(found instanceof Promise)) return reply(c, found);
  return found.then(
    (row) => reply(c, row),
    (error) => {
      c.header("x-cache", cache["x-cache"]);
      throw error;
    },
  );
}

function reply(c: OwnContext, { json: body, cache }: Found): Response {
  if (body === undefined) return problem(c, 404, noPatron, { "x-cache": cache });
  return c.body(body, 200, { ...json, "x-cache": cache });
}

function withId(c: OwnContext, answer: (id: string) => Response | Promise<Response>): Response | Promise<Response> {
  const id = parsePatronId(c.req.param("id") ?? "");
  if (id === undefined) return problem(c, 400, notWhole);
  if (id === "none") return problem(c, 404, noPatron);
  return answer(id);
}

function done(c: OwnContext, id: string, found: boolean): Response {
  return found ? c.body(`{"msg":"ok","id":${id}}`, 200, json) : problem(c, 404, noPatron);
}

function problem(
  c: OwnContext,
  status: 400 | 404 | 405 | 413 | 415 | 500 | 503,
  error: string,
  headers: Record<string, string> = {},
): Response {
  return c.body(JSON.stringify({ error }), status, { ...json, ...headers });
}

function failure(c: OwnContext, error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof BadRequest) return problem(c, error.status, error.message, { connection: "close" });
  const reason = error instanceof Unavailable ? error.message : whyUnavailable(error);
  if (reason !== undefined) return problem(c, 503, reason, { "retry-after": "1" });
  onError(error);
  return problem(c, 500, "a bug of ours, sorry");
}
