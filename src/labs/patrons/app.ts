import type { HttpBindings } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { type Context, Hono } from "hono";
import { BadRequest, readPatron } from "./body.js";
import { Unavailable } from "./database.js";
import { health } from "./health.js";
import type { Metrics } from "./metrics.js";
import { parsePatronId } from "./patron-id.js";
import { Skipped } from "./patron-table.js";
import type { Found, PatronsService } from "./patrons-service.js";
import { whyRefused, whyUnavailable } from "./why-unavailable.js";

type Env = { Bindings: HttpBindings };
type OwnContext = Context<Env>;

export interface AppContext {
  metrics: Metrics;
  /** A bug of ours: its request gets a 500. */
  onError: (error: unknown) => void;
}

const noPatron = "there is no such patron";
const notWhole = "the id must be a whole number";

/** The methods of each path. The gate refuses any others, and answers HEAD like GET. */
const methods = {
  "/patron": ["POST"],
  "/patron/:id": ["GET", "PUT", "DELETE"],
  "/cache": ["DELETE"],
  "/healthz": ["GET"],
  "/metrics": ["GET"],
};

/** The routes of the service. */
export function patronsApp(service: PatronsService, { metrics, onError }: AppContext): Hono<Env> {
  const app = new Hono<Env>();
  app.get("/patron/:id", (c) => get(c, service));
  app.post("/patron", async (c) => {
    const id = await service.create(await readPatron(c.env.incoming, c.env.outgoing));
    return send(c, 201, `{"msg":"ok","id":${id}}`);
  });
  app.put("/patron/:id", async (c) => {
    const patron = await readPatron(c.env.incoming, c.env.outgoing);
    return withId(c, (id) => service.replace(id, patron));
  });
  app.delete("/patron/:id", (c) => withId(c, (id) => service.delete(id)));
  app.delete("/cache", async (c) => {
    await service.clearEverywhere();
    return send(c, 200, `{"msg":"ok"}`);
  });
  app.get("/healthz", async (c) => {
    const state = await health(service);
    return send(c, state.database === "ok" ? 200 : 503, JSON.stringify(state));
  });
  app.get("/metrics", async (c) => send(c, 200, await metrics.text(), { "content-type": metrics.contentType }));
  for (const [path, own] of Object.entries(methods)) refuseOthers(app, path, own);
  app.notFound((c) => problem(c, 404, "nothing here; try /patron/1"));
  app.onError((error, c) => failure(c, error, onError));
  return app;
}

/** A route for all methods would make Hono compose two handlers for each request, which takes longer than a hit. */
function refuseOthers(app: Hono<Env>, path: string, own: readonly string[]): void {
  const others = ["GET", "POST", "PUT", "DELETE"].filter((method) => !own.includes(method));
  const allow = own.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", ");
  app.on(others, path, (c) => problem(c, 405, `this path takes ${allow}`, { allow }));
}

/** Each reply to a GET has X-Cache, that of a failure too. A hit is sent at once, without a promise. */
function get(c: OwnContext, service: PatronsService): Response | Promise<Response> {
  const cache = { "x-cache": service.missState };
  const id = parsePatronId(c.req.param("id") ?? "");
  if (id === undefined) return problem(c, 400, notWhole, cache);
  if (id === "none") return problem(c, 404, noPatron, cache);
  const found = service.read(id);
  if (!(found instanceof Promise)) return sendFound(c, found);
  c.env.outgoing.setHeader("x-cache", cache["x-cache"]);
  return found.then((row) => sendFound(c, row));
}

function sendFound(c: OwnContext, { json, cache }: Found): Response {
  if (json === undefined) return problem(c, 404, noPatron, { "x-cache": cache });
  return send(c, 200, json, { "content-type": "application/json", "x-cache": cache });
}

/** Change the patron of the path. `change` resolves with false if there is none. */
async function withId(c: OwnContext, change: (id: string) => Promise<boolean>): Promise<Response> {
  const id = parsePatronId(c.req.param("id") ?? "");
  if (id === undefined) return problem(c, 400, notWhole);
  const isDone = id !== "none" && (await change(id));
  return isDone ? send(c, 200, `{"msg":"ok","id":${id}}`) : problem(c, 404, noPatron);
}

function failure(c: OwnContext, error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof BadRequest) return problem(c, error.status, error.message, { connection: "close" });
  const reason = error instanceof Unavailable ? error.message : whyUnavailable(error);
  if (reason !== undefined) return problem(c, 503, reason, { "retry-after": "1" });
  if (error instanceof Skipped) return problem(c, 409, error.message);
  const refused = whyRefused(error);
  if (refused) return problem(c, refused.status, refused.reason);
  onError(error);
  return problem(c, 500, "a bug of ours, sorry");
}

type Headers = Readonly<Record<string, string>>;

function problem(c: OwnContext, status: number, error: string, headers: Headers = {}): Response {
  return send(c, status, JSON.stringify({ error }), { "content-type": "application/json", ...headers });
}

/**
 * Send a reply by node:http. Hono's own way makes a Response, which Node copies header by header: half of the time of a
 * hit. The adapter avoids that by replacing the global Response, which is not ours to replace.
 */
function send(c: OwnContext, status: number, body: string, headers: Headers = { "content-type": "application/json" }) {
  c.env.outgoing.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
  return RESPONSE_ALREADY_SENT;
}
