import { Connections } from "../../src/http/client/connections.js";
import { fetchEach } from "../../src/labs/fetch/fetch-each.js";
import type { FetchResult } from "../../src/labs/fetch/fetch-result.js";
import { parseUrlLine } from "../../src/labs/fetch/url-lines.js";

const { signal } = new AbortController();

/** The engine of `lab fetch` over a list in memory: how many were good, and when the last good one was. */
export async function fetchAll(urls: readonly string[], concurrency: number, timeoutMs = 10_000) {
  const connections = new Connections(concurrency);
  const options = { connections, concurrency, timeoutMs, retries: 2, maxBody: 10 * 2 ** 20 };
  const start = performance.now();
  let ok = 0;
  let lastOkMs = 0;
  const count = (result: FetchResult) => {
    if (!result.ok) return;
    ok++;
    lastOkMs = performance.now() - start;
  };
  for await (const result of fetchEach(jobs(urls), options, signal)) count(result);
  await connections.close();
  return { ok, lastOkMs };
}

function* jobs(urls: readonly string[]) {
  for (const [index, url] of urls.entries()) yield parseUrlLine(url, index);
}
