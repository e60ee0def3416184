import { once } from "node:events";
import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import { text as textOf } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { RunningLab, startLab } from "./running-lab.js";

/** A reply of lab patrons. */
export interface PatronReply {
  status: number;
  headers: IncomingHttpHeaders;
  /** The body as text. */
  text: string;
  /** The body as JSON, or undefined. */
  json: Record<string, unknown> | undefined;
}

/** A `lab patrons` that runs beside the test, on a free port. */
export interface RunningPatrons {
  running: RunningLab;
  url: string;
  /** Ask it. A body is sent as JSON; a string and a buffer as they are. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<PatronReply>;
  /** The values of /metrics by name, with the labels as they are written. */
  metrics(): Promise<Record<string, number>>;
}

/** Start `lab patrons`, and wait until it listens to changes. */
export function startPatrons(t: TestContext, args: readonly string[]): Promise<RunningPatrons> {
  return reachable(startLab(t, ["patrons", "--port", "0", ...args]));
}

/** Start one for several tests. `end` kills it. */
export async function startPatronsFor(args: readonly string[]) {
  const running = new RunningLab(["patrons", "--port", "0", ...args]);
  return { patrons: await reachable(running), end: () => running.stop("SIGKILL") };
}

async function reachable(running: RunningLab): Promise<RunningPatrons> {
  const [url = ""] = /http:\/\/[^/" ]+/.exec(await running.line(/http:/)) ?? [];
  await running.line(/^Listening to changes/);
  const ask = (...request: [string, string, unknown?, Record<string, string>?]) => askPatrons(url, ...request);
  return { running, url, ask, metrics: async () => metricsOf((await ask("GET", "/metrics")).text) };
}

/** Send one request to a service, on a connection of its own. */
export async function askPatrons(
  url: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<PatronReply> {
  const type: Record<string, string> = body === undefined ? {} : { "content-type": "application/json" };
  const outgoing = request(url + path, { method, agent: false, headers: { ...type, ...headers } });
  const isRaw = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
  outgoing.end(isRaw ? body : JSON.stringify(body));
  const [reply] = (await once(outgoing, "response")) as [IncomingMessage];
  const text = await textOf(reply);
  return { status: reply.statusCode ?? 0, headers: reply.headers, text, json: jsonOf(text) };
}

function jsonOf(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function metricsOf(text: string): Record<string, number> {
  const lines = [...text.matchAll(/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/gm)];
  return Object.fromEntries(lines.map(([, name, value]) => [name, Number(value)]));
}
