import { spawn, spawnSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { temporaryFolder } from "./files.js";
import { freePort, isTaken } from "./free-port.js";
import type { Postgres } from "./postgres.js";
import { until } from "./until.js";

/** For `{ skip }`: the reason why tests with PgBouncer cannot run here, or false. */
export const noPgBouncer =
  spawnSync("pgbouncer", ["--version"]).error !== undefined && "needs pgbouncer (Debian: pgbouncer)";

/** Start a PgBouncer in transaction mode before a server. It ends with the test. Returns the address of `dsn` behind it. */
export async function startPgBouncer(t: TestContext, postgres: Postgres, dsn: string): Promise<string> {
  const folder = temporaryFolder(t);
  const port = await freePort();
  const name = new URL(dsn).pathname.slice(1);
  const settings = `
[databases]
${name} = host=127.0.0.1 port=${postgres.port} dbname=${name} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
`;
  writeFileSync(folder("pgbouncer.ini"), settings);
  for (const path of [".", "pgbouncer.ini"]) chmodSync(folder(path), 0o755); // another user reads it
  const user = process.getuid?.() === 0 ? ["-u", "nobody"] : []; // it refuses to run as root
  const child = spawn("pgbouncer", [...user, folder("pgbouncer.ini")], { stdio: "ignore" });
  t.after(() => child.kill("SIGKILL"));
  await until("PgBouncer", () => isTaken(port));
  return `postgres://postgres@127.0.0.1:${port}/${name}`;
}
