import type { Protections } from "../labs/patrons/protections.js";
import type { CommandDefinition } from "./kit/command-definition.js";
import { BadValue, flag, option } from "./kit/option.js";
import { UsageError } from "./kit/usage-error.js";
import { oneOf, shown, wholeNumber } from "./kit/values.js";
import { type Dsn, dsn } from "./patrons/dsn-value.js";

const protections = ["versions", "bypass", "echo"] satisfies (keyof Protections)[];

interface PatronsCommandOptions {
  dsn?: Dsn;
  port: number;
  cacheSize: number;
  pool: number;
  data?: string;
  prove?: true;
  instances?: number;
  without?: keyof Protections;
}

const command: CommandDefinition<PatronsCommandOptions> = {
  options: [
    option("--dsn <url>", "PostgreSQL server, such as postgres://me@127.0.0.1:5432/db (default: embedded)", dsn),
    option("--port <number>", "port to listen on, or 0 for any free one", wholeNumber(0, 65_535), "8000"),
    option("--cache-size <number>", "most patrons in memory", wholeNumber(1, 10_000_000), "65536"),
    option("--pool <number>", "connections to the server for queries", wholeNumber(1, 1000), "10"),
    option("--data <dir>", "folder of the embedded database (default: in memory)", folder),
    flag("--prove", "check each read of several instances while their connections break; needs --dsn"),
    option("--instances <number>", "instances of --prove (default: 4)", wholeNumber(2, 16)),
    option(
      "--without <protection>",
      `protection that --prove takes out: ${protections.join(", ")}`,
      oneOf(...protections),
    ),
  ],
  examples: ["lab patrons", "lab patrons --dsn postgres://postgres@127.0.0.1:55432/postgres"],
  async run(options, context) {
    const { dsn, data, pool, prove, instances, without } = options;
    if (dsn && data !== undefined) throw new UsageError("--dsn and --data exclude each other");
    if (!prove && (instances ?? without) !== undefined) throw new UsageError("--instances and --without need --prove");
    if (!prove) {
      const { serve } = await import("./patrons/serve.js");
      return serve(options, context);
    }
    if (!dsn) throw new UsageError("--prove needs --dsn: the embedded database has no connections that break");
    const { proveCoherence } = await import("./patrons/prove.js");
    await proveCoherence({ dsn, pool, instances: instances ?? 4, without }, context);
  },
};
export default command;

function folder(text: string): string {
  if (text === "" || text.includes("\0")) throw new BadValue(`must be a folder, got ${shown(text)}`);
  return text;
}
