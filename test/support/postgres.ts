import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { freePort } from "./free-port.js";

const programs = findPrograms();

/** For `{ skip }`: the reason why tests against a real PostgreSQL cannot run here, or false. */
export const noPostgres = programs === undefined && "needs PostgreSQL's initdb (Debian: postgresql)";

/** Declare a PostgreSQL for all tests of this file: started before the first, stopped and removed after the last. */
export function usePostgres(): Postgres {
  const postgres = new Postgres();
  if (!noPostgres) {
    before(() => postgres.create());
    after(() => postgres.remove());
  }
  return postgres;
}

/**
 * A real PostgreSQL on a free port of loopback, in a folder of its own. It ends with this process, also if that is
 * killed. Users need no password, except those whose name is `guarded`.
 */
export class Postgres {
  port = 0;
  #folder = "";
  #server: ChildProcess | undefined;
  #databases = 0;

  /** Make the folder, and start. */
  async create(): Promise<void> {
    this.port = await freePort();
    this.#folder = mkdtempSync(join(tmpdir(), "asyncio-lab-postgres-"));
    chownSync(this.#folder, owner().uid, owner().gid);
    await run("initdb", ["-D", this.#data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth=trust", "--no-sync"]);
    writeFileSync(join(this.#data, "pg_hba.conf"), "host all guarded all scram-sha-256\nhost all all all trust\n");
    await this.start();
  }

  /** Start again after kill(), with the same data on the same port. Resolves when it takes connections. */
  async start(): Promise<void> {
    const settings = { port: this.port, listen_addresses: "127.0.0.1", unix_socket_directories: "", lc_messages: "C" };
    const quick = { fsync: "off", full_page_writes: "off", shared_buffers: "16MB", max_connections: "200" };
    const args = Object.entries({ ...settings, ...quick }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = spawn(pathOf("postgres"), ["-D", this.#data, ...args], {
      ...owner(),
      cwd: this.#folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#server = server;
    endWithThisProcess(server, this.#folder);
    await isReady(server);
  }

  /** The address of a database: an empty new one, unless it has a name. */
  async dsn(database?: string): Promise<string> {
    const name = database ?? `lab_${++this.#databases}`;
    if (database === undefined) await this.sql(`create database ${name}`);
    return `postgres://postgres@127.0.0.1:${this.port}/${name}`;
  }

  /** Run a statement by psql, as an administrator beside the program under test. Resolves with its bare output. */
  sql(statement: string, dsn = `postgres://postgres@127.0.0.1:${this.port}/postgres`): Promise<string> {
    return run("psql", ["-XAtq", "-v", "ON_ERROR_STOP=1", "-c", statement, dsn]);
  }

  /** Freeze the server and all its connections: they stay open and say nothing. */
  pause(): void {
    this.#signal("SIGSTOP");
  }

  resume(): void {
    this.#signal("SIGCONT");
  }

  /** End it at once, as in a crash: connections are cut, open transactions lost. */
  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null) return;
    this.resume();
    server.kill("SIGQUIT");
    await once(server, "exit");
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get #data(): string {
    return join(this.#folder, "data");
  }

  /** The server first: stopped, it makes no further processes, each of which serves a connection. */
  #signal(signal: NodeJS.Signals): void {
    const pid = this.#server?.pid ?? 0;
    process.kill(pid, signal);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").match(/\d+/g) ?? [];
    for (const child of children) signalIfThere(Number(child), signal);
  }
}

/** A connection may end at any time, and its process with it. */
function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The folder of initdb and postgres: the newest of Debian's, or one in PATH. */
function findPrograms(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, "bin")), ...pathFolders()];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

function pathFolders(): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
}

function pathOf(program: string): string {
  return join(programs ?? "", program);
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(pathOf(program), args, { ...owner(), cwd: "/", encoding: "utf8" });
  return stdout.trim();
}

/** PostgreSQL refuses to run as root: then its own user runs it, or nobody. */
function owner(): { uid: number; gid: number } {
  const [uid, gid] = [process.getuid?.() ?? -1, process.getgid?.() ?? -1];
  if (uid !== 0) return { uid, gid };
  const users = readFileSync("/etc/passwd", "utf8");
  const [, own, group] = /^postgres:[^:]*:(\d+):(\d+)/m.exec(users) ?? /^nobody:[^:]*:(\d+):(\d+)/m.exec(users) ?? [];
  return { uid: Number(own), gid: Number(group) };
}

/** A shell waits for the end of this process, even by SIGKILL, which closes its stdin. */
function endWithThisProcess(server: ChildProcess, folder: string): void {
  const script = 'read -r _; kill -QUIT "$1" && rm -rf "$2"';
  const shell = spawn("/bin/sh", ["-c", script, "sh", String(server.pid), folder], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  server.once("exit", () => shell.kill("SIGKILL"));
}

async function isReady(server: ChildProcess): Promise<void> {
  const lines: string[] = [];
  if (server.stderr === null) throw new Error("postgres has no stderr");
  const log = createInterface({ input: server.stderr });
  await new Promise<void>((resolve, reject) => {
    log.on("line", (line) => {
      if (lines.length < 100) lines.push(line);
      if (line.includes("ready to accept connections")) resolve();
    });
    log.once("close", () => reject(new Error(`postgres ended:\n${lines.join("\n")}`)));
  });
}
