import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDsn, withEnvironment } from "../../../src/labs/patrons/dsn.js";

test("parseDsn() reads host, port, database, user, password and sslmode", () => {
  assert.deepEqual(parseDsn("postgres://me:p%40ss%2F@db.example:5433/my%20db?sslmode=require"), {
    host: "db.example",
    port: 5433,
    database: "my db",
    user: "me",
    password: "p@ss/",
    sslMode: "require",
  });
  assert.deepEqual(parseDsn("postgresql://[::1]/"), { host: "::1" });
  assert.deepEqual(parseDsn("postgres://?sslmode=disable"), { sslMode: "disable" });
});

test("parseDsn() reads a socket's folder from host, also beside a user", () => {
  for (const at of ["me@", "me@localhost"]) {
    const dsn = parseDsn(`postgres://${at}/db?host=/run/postgresql`);
    assert.deepEqual(dsn, { host: "/run/postgresql", database: "db", user: "me" });
  }
});

test("parseDsn() names the broken rule, and never the password", () => {
  for (const [text, rule] of [
    ["", "must begin with postgres:// or postgresql://"],
    ["secret", "must begin with postgres:// or postgresql://"],
    ["mysql://me:secret@h/db", "must begin with postgres:// or postgresql://"],
    ["postgres://me:secret@h:99999/db", "must have a port from 1 to 65535"],
    ["postgres://me:secret@h:0/db", "must have a port from 1 to 65535"],
    ["postgres://me:s#secret@h/db", /of a password as %2F/],
    ["postgres://me:123/secret@h/db", /of a password as %2F/],
    ["postgres://me:s@secret/x@h/db", /of a password as %2F/],
    ["postgres://me:s?secret@h/db", /of a password as %2F/],
    ["postgres://me:secret@[h/db", "must be like postgres://user:password@host:5432/database"],
    ["postgres://me:secret@a,b/db", "must name one host"],
    ["postgres://me:secret@h/db?password=secret", "takes only host and sslmode after the question mark"],
    ["postgres://me:secret@h/db?sslmode=secret", /^must have an sslmode of disable, /],
    ["postgres://me:%secret@h/db", "must have complete % escapes"],
  ] as const) {
    const said = parseDsn(text);
    assert.ok(typeof said === "string", text);
    assert.match(said, typeof rule === "string" ? new RegExp(`^${rule}$`) : rule);
    assert.doesNotMatch(said, /secret/);
  }
});

test("parseDsn() takes a port without a host, as for a socket", () => {
  const socket = { host: "/run/postgresql", port: 5433, database: "db", user: "me" };
  assert.deepEqual(parseDsn("postgres://me@:5433/db?host=/run/postgresql"), socket);
  assert.deepEqual(parseDsn("postgres://:5433/db"), { port: 5433, database: "db" });
  assert.deepEqual(parseDsn("postgres://me@?host=/run"), { host: "/run", user: "me" });
});

test("withEnvironment() takes host, port and sslmode from the environment where the DSN has none", () => {
  const env = { PGHOST: "db", PGPORT: "5433", PGSSLMODE: "require" };
  assert.deepEqual(withEnvironment({ user: "me" }, env), { user: "me", host: "db", port: 5433, sslMode: "require" });
  const own = { host: "h", port: 1, sslMode: "disable" };
  assert.deepEqual(withEnvironment(own, env), own);
  assert.deepEqual(withEnvironment({}, { PGPORT: "" }), { host: "localhost", port: 5432 });
  for (const [name, value] of [
    ["PGPORT", "abc"],
    ["PGPORT", "0"],
    ["PGPORT", "65536"],
    ["PGSSLMODE", "verify-ca"],
    ["PGHOST", "a,b"],
  ] as const) {
    const said = withEnvironment({}, { [name]: value });
    assert.ok(typeof said === "string" && said.endsWith(` in ${name}`), `${name}=${value}`);
  }
});
