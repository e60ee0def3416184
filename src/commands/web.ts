import type { WebEvent } from "../labs/web.js";
import { formatDuration } from "../terminal/duration.js";
import { counted } from "../text/counted.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { checkExposure } from "./kit/exposure.js";
import { flag, option } from "./kit/option.js";
import { host, hostName, wholeNumber } from "./kit/values.js";

interface WebCommandOptions {
  port: number;
  host: string;
  allowHost?: string[];
  insecure?: boolean;
}

const command: CommandDefinition<WebCommandOptions> = {
  options: [
    option("--port <number>", "port to listen on, or 0 for any free one", wholeNumber(0, 65_535), "8080"),
    option("--host <address>", "address to listen on", host, "127.0.0.1"),
    option("--allow-host <name...>", "further host names of the page", hostName),
    flag("--insecure", "allow an address that other machines can reach"),
  ],
  examples: ["lab web", "lab web --port 0 --json"],
  async run({ port, host, allowHost: allowHosts, insecure }, { signal, out }) {
    checkExposure({ "--host": host }, { insecure });
    const { web } = await import("../labs/web.js");
    const emit = (event: WebEvent) => {
      out.offer(JSON.stringify(event));
      return out.line(`Serving on ${event.url}/ until Ctrl-C`);
    };
    const report = await web({ host, port, allowHosts }, { signal, emit });
    out.report({ type: "summary", ...report }, () => {
      const { requests, refused, clientErrors, seconds } = report;
      const broken = clientErrors > 0 ? `, ${counted(clientErrors, "broken connection")}` : "";
      return [`${counted(requests, "request")} in ${formatDuration(seconds * 1000)}, ${refused} refused${broken}`];
    });
  },
};
export default command;
