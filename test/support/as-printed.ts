/** Runs commands as the docs and the help print them, adapted to free ports. */
import { writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { type Outcome, runExample } from "./example.js";
import { temporaryFolder } from "./files.js";
import { lab } from "./lab.js";
import { noPostgres, Postgres } from "./postgres.js";
import { nextOutput } from "./program.js";
import { startLab } from "./running-lab.js";
import { startServe } from "./serve.js";

/**
 * Run a printed command line. `lab serve`, `lab web` and `--serve` run on a free port until they print their address, then
 * get Ctrl-C. `lab fetch` and `lab news` run against a `lab serve` on a free port in place of 8080, in a folder with a `urls.txt`. Other commands run
 * by runExample().
 */
export async function runAsPrinted(t: TestContext, line: string): Promise<Outcome> {
  const [, ...args] = wordsOf(line);
  if (args[0] === "serve" || args[0] === "web" || args.includes("--serve")) {
    const isPort = (at: number) => args[at] === "--port" || args[at - 1] === "--port";
    const program = lab([...args.filter((_, at) => !isPort(at)), "--port", "0"]);
    await nextOutput(program);
    program.kill("SIGINT");
    return program;
  }
  if (args[0] === "patrons") return runPatrons(t, args);
  if (args[0] !== "fetch" && args[0] !== "news") return runExample(args);
  const { url, end } = await startServe(t, []);
  const folder = temporaryFolder(t);
  writeFileSync(folder("urls.txt"), Array.from({ length: 20 }, (_, i) => `${url}/item/${i}\n`).join(""));
  const local = args.map((arg) => arg.replace("http://127.0.0.1:8080", url));
  const outcome = await lab(local, {}, folder("."));
  await end("SIGINT");
  return outcome;
}

/** The service, on a free port, until it listens to changes. A `--dsn` names a server of the test in its place. */
async function runPatrons(t: TestContext, args: readonly string[]): Promise<Outcome> {
  const isValue = (at: number) => ["--dsn", "--port"].includes(args[at - 1] ?? "");
  const own = args.filter((arg, at) => arg !== "--dsn" && arg !== "--port" && !isValue(at));
  const postgres = new Postgres();
  if (args.includes("--dsn")) {
    if (noPostgres) return { exitCode: 0, stderr: noPostgres };
    t.after(() => postgres.remove());
    await postgres.create();
    own.push("--dsn", await postgres.dsn());
  }
  const running = startLab(t, [...own, "--port", "0"], { cwd: temporaryFolder(t)(".") });
  await running.line(/^Listening to changes/);
  return { exitCode: await running.stop(), stderr: running.stderr.join("\n") };
}

/** Split a line as a shell does: at spaces, but not inside single quotes. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
