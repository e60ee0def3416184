import { spawn, spawnSync } from "node:child_process";
import { text } from "node:stream/consumers";

export const hasWrk = spawnSync("wrk", ["--version"]).error === undefined;

/** Requests a second that a server answers, with 64 kept connections. Rejects if an answer is no 2xx, or a socket fails. */
export async function requestsPerSecond(url: string, seconds: number): Promise<number> {
  const child = spawn("wrk", ["--threads", "1", "--connections", "64", "--duration", `${seconds}s`, url]);
  const said = await text(child.stdout);
  const [, rate = ""] = /^Requests\/sec: +([\d.]+)$/m.exec(said) ?? [];
  if (rate === "" || /Non-2xx|Socket errors/.test(said)) throw new Error(`wrk ${url}: ${said}`);
  return Number(rate);
}
