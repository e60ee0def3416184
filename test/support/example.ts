import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, isTaken } from "./free-port.js";
import { lab } from "./lab.js";
import { RunningLab } from "./running-lab.js";

/** Ports that serve as locks between test processes. The holder of one may use the default ports of these commands. */
const turnPorts = { poller: 15_559, apm: 15_558, mq: 15_557 };

export interface Outcome {
  exitCode?: unknown;
  stderr: string;
}

/**
 * Run a command line of the docs or the help as a reader would, in an empty folder. Its peer runs beside it, keys that
 * it names are made first, and Ctrl-C ends it if it does not end by itself.
 */
export async function runExample(args: readonly string[]): Promise<Outcome> {
  const cwd = mkdtempSync(join(tmpdir(), "lab-example-"));
  try {
    const kind = portsOf(args);
    if (/^(ps|tree)$/.test(args[0] ?? "") && args.some((arg) => /^\d+$/.test(arg)))
      return await runBesideProgram(args, cwd);
    if (kind === "none") return await lab(args, {}, cwd);
    const body = () => runners[kind](args, cwd);
    return await (args.some((arg) => /(?:^|:)0$/.test(arg)) ? body() : takeTurns(turnPorts[kind], body));
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

/** Which default ports a command line uses, unless it names others. */
export function portsOf([command = "", second = ""]: readonly string[]): "poller" | "apm" | "mq" | "none" {
  if (command === "poller" || command === "poller-srv") return "poller";
  if (command === "mq" && /^(server|listen|send)$/.test(second)) return "mq";
  return command === "apm" && /^(server|app)$/.test(second) ? "apm" : "none";
}

const runners = { poller: runPollerExample, apm: runApmExample, mq: runMqExample };

async function runPollerExample([command = "", ...args]: readonly string[], cwd: string): Promise<Outcome> {
  const keys = args.find((_, i) => args[i - 1] === "--curve")?.replace(/\.client$/, "");
  if (keys) await lab(["apm", "keygen", "--out", keys], {}, cwd);
  const ports = await standIns({ push: 5557, pub: 5556 });
  const server = command === "poller-srv" ? args : keys ? ["--curve", keys] : [];
  const at = [...flagUnless(server, "--push", ports.push), ...flagUnless(server, "--pub", ports.pub)];
  const running = new RunningLab(["poller-srv", ...server, ...at], { cwd });
  try {
    await running.line(/^Ready/);
    if (command === "poller-srv") {
      const exitCode = await (args.includes("--count") ? running.ended : running.stop());
      return { exitCode, stderr: running.stderr.join("\n") };
    }
    const to = [...flagUnless(args, "--pull", ports.push), ...flagUnless(args, "--sub", ports.pub)];
    const poller = new RunningLab(["poller", ...args, ...to], { cwd });
    if (!args.includes("--count")) await poller.line(/Via SUB|SUB: \d+ messages/);
    const exitCode = await (args.includes("--count") ? poller.ended : poller.stop());
    return { exitCode, stderr: poller.stderr.join("\n") };
  } finally {
    await running.stop("SIGKILL");
  }
}

/** Another lab runs, and its pid stands for the number among the words. */
async function runBesideProgram(args: readonly string[], cwd: string): Promise<Outcome> {
  const program = new RunningLab(["hello", "--delay", "60s"], { cwd });
  try {
    await program.line(/Hello/);
    const asked = new RunningLab(
      args.map((arg) => (/^\d+$/.test(arg) ? `${program.child.pid}` : arg)),
      { cwd },
    );
    if (!args.includes("--every")) return { exitCode: await asked.ended, stderr: asked.stderr.join("\n") };
    await asked.line(/task/);
    return { exitCode: await asked.stop(), stderr: asked.stderr.join("\n") };
  } finally {
    await program.stop("SIGKILL");
  }
}

/**
 * A server runs until it is stopped. An app that does not end by itself is stopped after its first sample has arrived
 * at a server.
 */
async function runApmExample(args: readonly string[], cwd: string): Promise<Outcome> {
  const keys = args.find((_, i) => args[i - 1] === "--curve")?.replace(/\.client$/, "");
  if (keys) await lab(["apm", "keygen", "--out", keys], {}, cwd);
  const ports = await standIns({ collect: 5555, page: 8088 });
  const options = args[1] === "server" ? args.slice(2) : keys ? ["--curve", keys] : [];
  const page = ports.page !== undefined && !options.includes("--port") ? ["--port", String(ports.page)] : [];
  const at = [...flagUnless(options, "--collect", ports.collect), ...page];
  const server = new RunningLab(["apm", "server", "--json", ...options, ...at], { cwd });
  try {
    await server.line(/^Collecting/);
    if (args[1] === "server") return { exitCode: await server.stop(), stderr: server.stderr.join("\n") };
    const [own, command] = splitAtDashes(args);
    const app = new RunningLab([...own, ...flagUnless(own, "--connect", ports.collect), ...command], { cwd });
    const endsByItself = args.includes("--count") || args.includes("--");
    if (!endsByItself) await server.line(/"samples":[1-9]/);
    const exitCode = await (endsByItself ? app.ended : app.stop());
    return { exitCode, stderr: app.stderr.join("\n") };
  } finally {
    await server.stop("SIGKILL");
  }
}

/** A broker runs beside its clients; a listener gets messages until it has enough. */
async function runMqExample([, command = "", ...args]: readonly string[], cwd: string): Promise<Outcome> {
  const { broker } = await standIns({ broker: 25_000 });
  const at = broker === undefined ? [] : ["--port", `${broker}`];
  const own = command === "server" && args.includes("--port") ? args : [...args, ...at];
  const server = new RunningLab(["mq", "server", ...(command === "server" ? own : at)], { cwd });
  const others: RunningLab[] = [];
  try {
    await server.line(/^Ready/);
    if (command === "server") return { exitCode: await server.stop(), stderr: server.stderr.join("\n") };
    const client = new RunningLab(["mq", command, ...own], { cwd });
    others.push(client);
    await client.line(/^Connected/);
    const channel = args[args.indexOf("--listen") + 1] ?? "/topic/foo";
    const to = args.includes("--listen") ? ["--channel", channel] : [];
    if (command === "listen") others.push(new RunningLab(["mq", "send", "--interval", "50ms", ...to, ...at], { cwd }));
    if (command === "listen" && !args.includes("--count")) await client.line(/Message|message/);
    const exitCode = await (args.includes("--count") ? client.ended : client.stop());
    return { exitCode, stderr: client.stderr.join("\n") };
  } finally {
    for (const running of [...others, server]) await running.stop("SIGKILL");
  }
}

/** A free port in place of each default port that is taken; undefined where the default one is free. */
async function standIns<K extends string>(defaults: Record<K, number>): Promise<Record<K, number | undefined>> {
  const names = Object.keys(defaults) as K[];
  const ports = names.map(async (name) => [name, (await isTaken(defaults[name])) ? await freePort() : undefined]);
  return Object.fromEntries(await Promise.all(ports));
}

/** `flag` with an address at `port`, unless the line has the flag or there is no port. */
function flagUnless(args: readonly string[], flag: string, port: number | undefined): string[] {
  return port === undefined || args.includes(flag) ? [] : [flag, `tcp://127.0.0.1:${port}`];
}

/** The words of a command line before `--`, and the rest. */
function splitAtDashes(args: readonly string[]): [own: readonly string[], command: readonly string[]] {
  const at = args.indexOf("--");
  return at < 0 ? [args, []] : [args.slice(0, at), args.slice(at)];
}

async function takeTurns<T>(port: number, body: () => Promise<T>): Promise<T> {
  const turn = await myTurn(port);
  try {
    return await body();
  } finally {
    await new Promise((resolve) => turn.close(resolve));
  }
}

/** Wait for the turn. It belongs to the process that has bound the port. */
async function myTurn(port: number): Promise<Server> {
  for (;;) {
    const turn = createServer();
    const taken = await new Promise<boolean>((resolve) => {
      turn.once("error", () => resolve(true)).listen(port, "127.0.0.1", () => resolve(false));
    });
    if (!taken) return turn;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
