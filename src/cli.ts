import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import type { Chapters, CommandDefinition } from "./commands/kit/command-definition.js";
import { outsideCause } from "./commands/kit/outside-cause.js";
import { watchStdout } from "./commands/kit/stdout.js";
import { UsageError } from "./commands/kit/usage-error.js";
import { ExitError, Interrupted, type RunContext } from "./concurrency/index.js";
import { noticeStream } from "./terminal/unblock.js";
import { printable, printableJson } from "./text/printable.js";

/** All commands, by chapter. A new command is a file in commands/ and a line here. */
export const chapters: Chapters = {
  Quickstart: [
    ["hello", "Say hello, wait without blocking, say goodbye", () => import("./commands/hello.js")],
    ["blocking", "Keep blocking calls off the event loop: threads, processes", () => import("./commands/blocking.js")],
  ],
  Threads: [
    ["race", "Let threads race for knives and forks: lost updates, fixes", () => import("./commands/race.js")],
    ["cost", "Weigh tasks against connections, threads and processes", () => import("./commands/cost.js")],
    ["parallel", "Compute in tasks, threads and processes: which are faster", () => import("./commands/parallel.js")],
  ],
  "Inside async code": [
    ["coroutine", "Step through coroutines, awaits, cancellation, order", () => import("./commands/coroutine.js")],
    ["tower", "The nine tiers of asyncio, each tried in Node", () => import("./commands/tower.js")],
    ["queue", "Feed long-lived workers through a bounded queue", () => import("./commands/queue.js")],
    ["janus", "Share a queue between a thread that blocks and the loop", () => import("./commands/janus.js")],
    ["shutdown", "How a program ends: tasks, pools, Ctrl-C once and twice", () => import("./commands/shutdown.js")],
  ],
  HTTP: [
    ["fetch-quotes", "Fetch eight quotes at once, or one after another", () => import("./commands/fetch-quotes.js")],
    ["fetch", "Fetch and time any list of URLs: ten or a million", () => import("./commands/fetch.js")],
    ["serve", "Serve pages to try clients on: delays, statuses, failures", () => import("./commands/serve.js")],
  ],
  Web: [
    ["web", "Say Hello, world over HTTP, and end without losing a request", () => import("./commands/web.js")],
    ["news", "Ask several news sites at once, and make one page of them", () => import("./commands/news.js")],
    [
      "patrons",
      "Patrons in PostgreSQL, with a cache that the database corrects",
      () => import("./commands/patrons.js"),
    ],
  ],
  ZeroMQ: [
    ["poller-srv", "Send integers to a PUSH and a PUB socket", () => import("./commands/poller-srv.js")],
    ["poller", "Watch a PULL and a SUB socket in two tasks", () => import("./commands/poller.js")],
  ],
  Streams: [
    ["mq", "A message queue over TCP"],
    ["mq server", "Pass messages on: topics to all, queues to one", () => import("./commands/mq/server.js")],
    ["mq listen", "Print the messages of a channel", () => import("./commands/mq/listen.js")],
    ["mq send", "Send messages to a channel", () => import("./commands/mq/send.js")],
  ],
  "Application monitoring": [
    ["apm", "Watch processes live"],
    ["apm server", "Collect what apps report, and show it on a live page", () => import("./commands/apm/server.js")],
    ["apm app", "Report an app's CPU and memory each second", () => import("./commands/apm/app.js")],
    ["apm keygen", "Make CURVE keys for ZeroMQ, for --curve", () => import("./commands/apm/keygen.js")],
  ],
  "See inside": [
    ["ps", "List programs that can be asked; with a pid, show its tasks", () => import("./commands/ps.js")],
    ["tree", "Show the tasks of a program, also while its loop is blocked", () => import("./commands/tree.js")],
  ],
  Shell: [["completion", "Print the completions for bash, zsh or fish", () => import("./commands/completion.js")]],
};

const versionWords = ["--version", "-V", "version"];

/** The program of one command line, for runMain(). `onError` prints an error and returns the exit code. */
export function lab(argv: readonly string[]) {
  let noticesItsEnd = false;
  const onCall = (command: CommandDefinition<unknown>) => {
    noticesItsEnd = command.noticesItsEnd ?? false;
  };
  return {
    main: (context: RunContext) => main(argv, context, onCall),
    onError: (error: unknown) => explain(error, globalFlags(argv)),
    onWaiting: (_tasks: readonly string[], { signal }: Interrupted) => {
      if (!noticesItsEnd) noticeStream().write(`Still ending, 2 s after ${signal}; a second one ends at once\n`);
    },
  };
}

async function main(
  argv: readonly string[],
  context: RunContext,
  onCall: (command: CommandDefinition<unknown>) => void,
): Promise<void> {
  const flush = watchStdout(context);
  try {
    if (argv.length === 1 && versionWords.includes(argv[0] ?? "")) {
      process.stdout.write(`${version()}\n`); // without loading the parser
      return;
    }
    const { runProgram } = await import("./commands/kit/program.js");
    await runProgram(argv, chapters, version(), context, onCall);
  } finally {
    await flush();
  }
}

function version(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

/** The flags that shape an error. They are read without the parser, since parsing itself may fail. */
function globalFlags(argv: readonly string[]): { json: boolean; debug: boolean } {
  const end = argv.indexOf("--");
  const own = end < 0 ? argv : argv.slice(0, end);
  return { json: own.includes("--json"), debug: own.includes("--debug") };
}

/** The error with its stack, its causes and the errors of an aggregate. */
function detailsOf(error: unknown): string[] {
  return inspect(error).split("\n");
}

/** Print an error and return the exit code. */
function explain(thrown: unknown, { json, debug }: { json: boolean; debug: boolean }): number {
  const error = expected(thrown);
  const [code, line] = verdict(error);
  if (line) noticeStream().write(`lab: ${printable(line)}\n`);
  if (line && debug) noticeStream().write(`${detailsOf(thrown).map(printable).join("\n")}\n`);
  const mayUseStdout = !(error instanceof UsageError) || error.mayUseStdout;
  if (json && mayUseStdout && (line || error instanceof Interrupted)) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    process.stdout.write(`${printableJson(JSON.stringify({ error: { name, message, code } }))}\n`);
  }
  return code;
}

/** An error that is no bug of ours as an ExitError. Other errors are returned as they are. */
function expected(error: unknown): unknown {
  if (error instanceof Interrupted || error instanceof ExitError) return error;
  const cause = outsideCause(error);
  return cause === undefined ? error : new ExitError(1, cause);
}

/** Any error other than ExitError and Interrupted is a bug of this program. */
function verdict(error: unknown): [code: number, line: string] {
  if (error instanceof Interrupted) return [error.exitCode, ""];
  if (error instanceof ExitError) return [error.code, error.message];
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const [summary] = String(first).split("\n");
  return [70, `a bug of ours, sorry: ${summary}; please report it: see CONTRIBUTING.md`];
}
