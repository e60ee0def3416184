import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Jump } from "../page/protocol.js";
import { serverTime } from "./clock.js";
import { cutOff } from "./cut-off.js";
import { limits } from "./limits.js";
import type { SeriesTable } from "./series-table.js";

let writing = 0;

/**
 * Answer `GET /api/series?since=&step=`: the history of every series since `since` (Unix seconds; default: all of it)
 * in buckets of `step` seconds (1 to 3600; default 1). Writes one series at a time, at the pace of the reader. A reader
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
  if (writing >= limits.maxHistoryReplies) return void response.writeHead(503, { "retry-after": "1" }).end();
  response.writeHead(200, { "content-type": "application/json; charset=utf-8" });
  if (request.method === "HEAD") return void response.end();
  writing++;
  const tooSlow = setTimeout(() => cutOff(response), longestMs);
  try {
    await write(table, { since, step, jumps }, response);
  } finally {
    clearTimeout(tooSlow);
    writing--;
  }
}

async function write(
  table: SeriesTable,
  { since, step, jumps }: { since: number; step: number; jumps: readonly Jump[] },
  response: ServerResponse,
): Promise<void> {
  const now = serverTime();
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  response.write(`{"now":${now},"step":${step},"jumps":${JSON.stringify(jumps)},"series":[`);
  let separator = "";
  for (const series of [...table.values()]) {
    const points = series.history.points(Math.floor(since), Math.floor(now), step);
    const more = response.write(separator + JSON.stringify({ ...series.update, points }));
    separator = ",";
    if (more) await new Promise((resolve) => setImmediate(resolve));
    else await once(response, "drain", gone).catch(() => {});
    if (response.destroyed) return;
  }
  response.end("]}");
}

function numberOf(text: string | null, otherwise: number): number {
  return text === null ? otherwise : /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
}

function badRequest(response: ServerResponse, message: string): void {
  response.writeHead(400, { "content-type": "text/plain; charset=utf-8" }).end(`${message}\n`);
}
