import type { Dsn } from "../../labs/patrons/dsn.js";
import { openDatabase } from "../../labs/patrons/open-database.js";
import { type PatronsEvent, type PatronsReport, servePatrons } from "../../labs/patrons.js";
import { formatDuration } from "../../terminal/duration.js";
import { counted } from "../../text/counted.js";
import { printable } from "../../text/printable.js";
import type { CommandContext } from "../kit/command-definition.js";
import type { Output } from "../kit/output.js";

interface ServeOptions {
  dsn?: Dsn;
  pool: number;
  data?: string;
  port: number;
  cacheSize: number;
}

const mostBugs = 10; // different ones that are told

/** Serve patrons until Ctrl-C, and print the report. */
export async function serve({ dsn, pool, data, port, cacheSize }: ServeOptions, { signal, out }: CommandContext) {
  const database = await openDatabase({ dsn, pool, data, signal });
  try {
    const report = await servePatrons({ database, port, cacheSize }, { signal, emit: teller(out) });
    out.report({ type: "summary", ...report }, () => [summary(report)]);
  } finally {
    await database.close();
  }
}

function teller(out: Output): (event: PatronsEvent) => Promise<void> | void {
  const bugs = new Set<string>();
  return (event) => {
    if (event.type === "error") return noteBug(event.error, bugs, out);
    out.offer(JSON.stringify(event));
    if (event.type === "listening") {
      return out.line(`Serving patrons of ${printable(event.database)} on ${event.url}/ until Ctrl-C`);
    }
    const reason = event.state === "away" && event.reason !== undefined ? `: ${printable(event.reason)}` : "";
    out.note(`${notices[event.state]}${reason}`);
  };
}

const notices = {
  starting: "Starting to listen: reads go to the database until then",
  listening: "Listening to changes: the cache is on",
  away: "The listening connection is lost, and reads go to the database until it is back",
  deaf: "LISTEN succeeds, but no event comes, as behind a pooler in transaction mode: running without cache",
};

/** A request got a 500. The same bug is told once. */
function noteBug(error: unknown, bugs: Set<string>, out: Output): void {
  const [line = ""] = String(error).split("\n");
  if (bugs.size >= mostBugs || bugs.has(line)) return;
  bugs.add(line);
  out.note(`a bug of ours, sorry: ${printable(line)}; please report it: see CONTRIBUTING.md`);
}

function summary({ requests, refused, reads, seconds }: PatronsReport): string {
  const from = `${reads.hit} from memory, ${reads.miss} through it, ${reads.bypass} around it`;
  return `${counted(requests, "request")} in ${formatDuration(seconds * 1000)}, ${refused} refused; reads: ${from}`;
}
