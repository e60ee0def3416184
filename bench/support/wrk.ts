import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

export const hasWrk = spawnSync("wrk", ["--version"]).error === undefined;

/** What wrk counted. */
export interface Load {
  requests: number;
  perSecond: number;
}

export interface LoadOptions {
  /** Kept connections (default: 64). */
  connections?: number;
  /** A program in Lua that makes the requests (default: GET of the URL). */
  script?: string;
}

/** Ask a server for so many seconds. Rejects if an answer is no 2xx, or a socket fails. */
export async function load(
  url: string,
  seconds: number,
  { connections = 64, script }: LoadOptions = {},
): Promise<Load> {
  const program = script === undefined ? [] : ["--script", script];
  const args = ["--threads", "1", "--connections", `${connections}`, "--duration", `${seconds}s`, ...program, url];
  const child = spawn("wrk", args);
  const said = await text(child.stdout);
  const [, requests = ""] = /^ +(\d+) requests in /m.exec(said) ?? [];
  const [, perSecond = ""] = /^Requests\/sec: +([\d.]+)$/m.exec(said) ?? [];
  if (perSecond === "" || /Non-2xx|Socket errors/.test(said)) throw new Error(`wrk ${url}: ${said}`);
  return { requests: Number(requests), perSecond: Number(perSecond) };
}
