import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { constants, createGzip, type Gzip } from "node:zlib";
import { type Jump, metrics } from "../page/protocol.js";
import { serverTime } from "./clock.js";
import { cutOff } from "./cut-off.js";
import { limits } from "./limits.js";
import type { SeriesTable } from "./series-table.js";

let writing = 0;

/**
 * Answer `GET /api/series?since=&step=`: the history of every series since `since` (Unix seconds; default: all of it)
 * in buckets of `step` seconds (1 to 3600; default 1). `columns=cpu,lag` leaves out the others. Compressed for a reader that
 * accepts gzip. Writes one series at a time, at the pace of the reader. A reader
 * that takes longer than `longestMs` (default: 30 s) is cut off.
 */
export async function answerHistory(
  table: SeriesTable,
  request: IncomingMessage,
  response: ServerResponse,
  { longestMs = limits.historyReplyMs as number, jumps = [] as readonly Jump[] } = {},
): Promise<void> {
  const query = new URL(request.url ?? "", "http://host").searchParams;
  const [since, step] = [numberOf(query.get("since"), 0), numberOf(query.get("step"), 1)];
  if (!(since >= 0 && since < 1e11)) return badRequest(response, "since must be Unix seconds, 0 or more");
  if (!(Number.isInteger(step) && step >= 1 && step <= 3600))
    return badRequest(response, "step must be a whole number of seconds from 1 to 3600");
  const columns = columnsOf(query.get("columns"));
  if (!columns) return badRequest(response, `columns must be some of ${metrics.join()}, with commas between them`);
  if (writing >= limits.maxHistoryReplies) return void response.writeHead(503, { "retry-after": "1" }).end();
  const isGzip = /(?:^|,)\s*gzip\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/i.test(
    String(request.headers?.["accept-encoding"]),
  );
  const type = { "content-type": "application/json; charset=utf-8", vary: "accept-encoding" };
  response.writeHead(200, isGzip ? { ...type, "content-encoding": "gzip" } : type);
  if (request.method === "HEAD") return void response.end();
  writing++;
  const tooSlow = setTimeout(() => cutOff(response), longestMs);
  try {
    await write(table, { since, step, jumps, columns }, response, isGzip);
  } finally {
    clearTimeout(tooSlow);
    writing--;
  }
}

interface Wanted {
  since: number;
  step: number;
  jumps: readonly Jump[];
  columns: ReadonlySet<string>;
}

async function write(table: SeriesTable, wanted: Wanted, response: ServerResponse, isGzip: boolean): Promise<void> {
  const { since, step, jumps, columns } = wanted;
  const now = serverTime();
  const gone = new AbortController();
  const out: Writable = isGzip ? createGzip({ level: constants.Z_BEST_SPEED }) : response;
  response.once("close", () => {
    gone.abort();
    out.destroy();
  });
  if (out !== response) (out as Gzip).on("error", () => response.destroy()).pipe(response);
  out.write(`{"now":${now},"step":${step},"jumps":${JSON.stringify(jumps)},"series":[`);
  let separator = "";
  for (const series of [...table.values()]) {
    const all = Object.entries(series.history.points(Math.floor(since), Math.floor(now), step));
    const points = Object.fromEntries(all.filter(([name]) => name === "at" || columns.has(name)));
    const more = out.write(separator + JSON.stringify({ ...series.update, points }));
    separator = ",";
    if (more) await new Promise((resolve) => setImmediate(resolve));
    else await once(out, "drain", gone).catch(() => {});
    if (response.destroyed) return;
  }
  out.end("]}");
}

/** The metrics that are asked for, by default all of them; undefined if one is unknown. */
function columnsOf(text: string | null): ReadonlySet<string> | undefined {
  const names = text?.split(",") ?? metrics;
  return names.every((name) => (metrics as readonly string[]).includes(name)) ? new Set(names) : undefined;
}

function numberOf(text: string | null, otherwise: number): number {
  return text === null ? otherwise : /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
}

function badRequest(response: ServerResponse, message: string): void {
  response.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}
