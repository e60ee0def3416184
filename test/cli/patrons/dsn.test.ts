import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { testAtOnce } from "../../support/at-once.js";
import { freePort } from "../../support/free-port.js";
import { lab } from "../../support/lab.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { startLab } from "../../support/running-lab.js";
import { assertWithin, timed } from "../../support/tries.js";

const postgres = usePostgres();
const test = testAtOnce(3);
const inTime = timed(test);
const secret = "s3cr3t-w0rd";

/** A port where a program accepts connections and does `react`. */
async function serve(t: TestContext, react: (socket: Socket) => void): Promise<number> {
  const server = createServer(react).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Run lab patrons with a DSN that cannot work. Its one line, its code, and the time. */
async function fails(dsn: string, more: readonly string[] = []) {
  const start = performance.now();
  const { exitCode, stdout, stderr } = await lab(["patrons", "--port", "0", "--dsn", dsn, ...more]);
  const ms = performance.now() - start;
  assert.doesNotMatch(stdout + stderr, new RegExp(secret), "the password is in the output");
  return { exitCode, stdout, stderr, ms };
}

const at = (port: number, database = "x") => `postgres://postgres:${secret}@127.0.0.1:${port}/${database}`;

for (const [name, dsnOf, says] of [
  ["a port where nothing listens", async () => at(await freePort()), /nothing listens there/],
  ["a server that accepts and says nothing", async (t) => at(await serve(t, () => {})), /has not answered in 2 s/],
  [
    "a server that is no PostgreSQL",
    async (t) => at(await serve(t, (s) => s.end("HTTP/1.1 400\r\n\r\n"))),
    /the server is no PostgreSQL$/m,
  ],
  [
    "a server whose messages have no length",
    async (t) => at(await serve(t, (s) => void s.write(Buffer.from("R\0\0\0\0R\0\0\0\0")))),
    /: the server is no PostgreSQL$/m,
  ],
  [
    "a server that asks for GSSAPI",
    async (t) => at(await serve(t, (s) => void s.write(Buffer.from("R\0\0\0\x08\0\0\0\x07")))),
    /: the server asks for an authentication that is not supported: GSSAPI$/m,
  ],
  ["a host that does not exist", async () => `postgres://me:${secret}@nowhere.invalid/x`, /no such host|looked up/],
  ["a socket that does not exist", async () => `postgres://me:${secret}@/x?host=/none`, /no such socket/],
] as const satisfies readonly [string, (t: TestContext) => Promise<string>, RegExp][]) {
  inTime(`lab patrons names ${name} in one line within 5 s, with exit code 1`, async (t) => {
    const refused = await fails(at(1)); // the time of the start, on this machine and now
    const { exitCode, stdout, stderr, ms } = await fails(await dsnOf(t));
    assert.deepEqual([exitCode, stdout], [1, ""], stderr);
    assert.match(stderr, /^lab: PostgreSQL at [^\n]+\n$/);
    assert.match(stderr, says);
    assertWithin(ms - refused.ms, 4000);
  });
}

test("lab patrons names a wrong password, user or database in one line, with exit code 1", {
  skip: noPostgres,
}, async () => {
  await postgres.sql(`create user guarded password 'another'`);
  const server = `127.0.0.1:${postgres.port}`;
  for (const [dsn, says] of [
    [`postgres://guarded:${secret}@${server}/postgres`, /password authentication failed for user "guarded"\n$/],
    [`postgres://guarded@${server}/postgres`, /password/],
    [`postgres://nobody:${secret}@${server}/postgres`, /role "nobody" does not exist\n$/],
    [at(postgres.port, "none"), /database "none" does not exist\n$/],
    [`${at(postgres.port, "postgres")}?sslmode=require`, /sslmode/],
  ] as const) {
    for (const more of [[], ["--debug"], ["--json"]]) {
      const { exitCode, stderr } = await fails(dsn, more);
      assert.equal(exitCode, 1, stderr);
      if (more.length === 0) assert.match(stderr, says);
    }
  }
});

test("lab patrons refuses another scheme, and more, with exit code 2 and without the password", async () => {
  for (const dsn of [`mysql://me:${secret}@h/db`, `http://${secret}@h`, secret, `postgres://me:${secret}%@h`, ""]) {
    const { exitCode, stderr } = await fails(dsn);
    assert.equal(exitCode, 2, stderr);
    assert.match(stderr, /^lab: --dsn must [^\n]+\n(Try [^\n]+\n)?$/);
  }
  assert.equal((await fails(at(1), ["--data", "folder"])).exitCode, 2);
});

test("lab patrons --debug shows the driver's error as the cause", async () => {
  const { stderr } = await fails(at(await freePort()), ["--debug"]);
  assert.match(stderr, /cause\]: .*ECONNREFUSED/s);
});

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  inTime(`lab patrons ends at once at ${signal} while it reaches a silent server`, async (t) => {
    let reached = () => {};
    const isReached = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const port = await serve(t, () => reached());
    const running = startLab(t, ["patrons", "--port", "0", "--dsn", at(port)]);
    await isReached;
    const start = performance.now();
    assert.equal(await running.stop(signal), signal === "SIGINT" ? 130 : 143);
    assert.deepEqual(running.stderr, []);
    assertWithin(performance.now() - start, 1000);
  });
}

test("lab patrons shows no part of a password that was not escaped", async () => {
  for (const dsn of [
    `postgres://me:123/${secret}@127.0.0.1:1/db`,
    `postgres://me:x@${secret}/x@127.0.0.1:1/db`,
    `postgres://me:x#${secret}@127.0.0.1:1/db`,
  ]) {
    for (const more of [[], ["--json", "--debug"]]) {
      const { exitCode, stderr } = await fails(dsn, more);
      assert.equal(exitCode, 2, stderr);
      assert.match(stderr, /^lab: --dsn must have the characters/);
    }
  }
});

test("lab patrons takes the port from PGPORT, and refuses one that is none with exit code 2", async () => {
  const port = `${await freePort()}`;
  const run = (PGPORT: string) => lab(["patrons", "--dsn", "postgres://me@127.0.0.1/db"], { PGPORT });
  const [none, refused] = [await run("abc"), await run(port)];
  assert.deepEqual(
    [none.exitCode, none.stderr.split("\n")[0]],
    [2, "lab: --dsn needs a port from 1 to 65535 in PGPORT"],
  );
  assert.match(refused.stderr, new RegExp(`^lab: PostgreSQL at 127.0.0.1:${port}/db: [^\n]*nothing listens there`));
});

test("lab patrons names a table without its columns, and leaves it as it is", { skip: noPostgres }, async () => {
  const dsn = await postgres.dsn();
  await postgres.sql("create table patron (id bigint primary key, title text)", dsn);
  const { exitCode, stderr } = await fails(dsn);
  assert.equal(exitCode, 1, stderr);
  assert.match(stderr, /^lab: [^\n]*the table patron has no column name[^\n]*\n$/);
  const columns = "select string_agg(column_name, ' ') from information_schema.columns where table_name = 'patron'";
  assert.equal(await postgres.sql(columns, dsn), "id title");
});
