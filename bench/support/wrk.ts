import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

export const hasWrk = spawnSync("wrk", ["--version"]).error === undefined;

/** What wrk counted, with 64 kept connections. */
export interface Load {
  requests: number;
  perSecond: number;
}

/** Ask a server for so many seconds. Rejects if an answer is no 2xx, or a socket fails. */
export async function load(url: string, seconds: number): Promise<Load> {
  const child = spawn("wrk", ["--threads", "1", "--connections", "64", "--duration", `${seconds}s`, url]);
  const said = await text(child.stdout);
  const [, requests = ""] = /^ +(\d+) requests in /m.exec(said) ?? [];
  const [, perSecond = ""] = /^Requests\/sec: +([\d.]+)$/m.exec(said) ?? [];
  if (perSecond === "" || /Non-2xx|Socket errors/.test(said)) throw new Error(`wrk ${url}: ${said}`);
  return { requests: Number(requests), perSecond: Number(perSecond) };
}
