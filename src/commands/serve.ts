import { parseDuration } from "../terminal/duration.js";
import { counted } from "../text/counted.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { checkExposure } from "./kit/exposure.js";
import { BadValue, flag, option } from "./kit/option.js";
import { duration, host, shown, wholeNumber } from "./kit/values.js";
import { AccessLog } from "./serve/access-log.js";

interface ServeCommandOptions {
  port: number;
  host: string;
  latency: [from: number, to: number];
  failRate: number;
  seed: number;
  acceptDelay: number;
  log?: boolean;
  insecure?: boolean;
}

const command: CommandDefinition<ServeCommandOptions> = {
  options: [
    option("--port <number>", "port to listen on, or 0 for any free one", wholeNumber(0, 65_535), "8080"),
    option("--host <address>", "address to listen on", host, "127.0.0.1"),
    option(
      "--latency <duration>",
      "delay of each response, or a range such as 10ms-200ms, fixed for each URL",
      latency,
      "0",
    ),
    option("--fail-rate <share>", "share of requests that fail, such as 5% or 0.05", share, "0"),
    option("--seed <number>", "seed of latencies and failures", wholeNumber(0, 2 ** 32), "1"),
    option("--accept-delay <duration>", "delay of the first response of each connection", duration, "0"),
    flag("--log", "print each request once it is done"),
    flag("--insecure", "allow an address that other machines can reach"),
  ],
  examples: ["lab serve", "lab serve --latency 10ms-200ms --fail-rate 5% --seed 7"],
  async run({ latency: latencyMs, acceptDelay: acceptDelayMs, log, insecure, ...rest }, { signal, out }) {
    checkExposure({ "--host": rest.host }, { insecure });
    const { serveFixtures } = await import("../labs/serve.js");
    const emit = ({ url }: { url: string }) => {
      if (out.json) out.report({ type: "listening", url }, () => []);
      else out.line(`Serving on ${url}/ until Ctrl-C`);
    };
    const logged = log ? new AccessLog(out) : undefined;
    await serveFixtures({ ...rest, latencyMs, acceptDelayMs, log: logged?.print }, { signal, emit });
    if (logged && logged.leftOut > 0)
      out.note(`${counted(logged.leftOut, "request")} left out of the log: its reader was slow`);
  },
};
export default command;

function latency(text: string): [number, number] {
  const [from = "", to = from, ...more] = text.split("-");
  const [fromMs = Number.NaN, toMs = Number.NaN] = [parseDuration(from), parseDuration(to)];
  if (more.length > 0 || !(fromMs <= toMs)) {
    throw new BadValue(`must be a duration, or from-to such as 10ms-200ms, got ${shown(text)}`);
  }
  return [duration(from), duration(to)];
}

/** A share from 0 to 1, typed as `5%` or `0.05`. */
function share(text: string): number {
  const [, digits, percent] = /^(\d{1,3}(?:\.\d{1,6})?)(%?)$/.exec(text) ?? [];
  const value = Number(digits ?? Number.NaN) / (percent === "%" ? 100 : 1);
  if (!(value >= 0 && value <= 1)) throw new BadValue(`must be a share such as 5% or 0.05, got ${shown(text)}`);
  return value;
}
