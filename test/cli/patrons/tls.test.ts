import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { testAtOnce } from "../../support/at-once.js";
import { temporaryFolder } from "../../support/files.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { startLab } from "../../support/running-lab.js";
import { cert } from "../../support/self-signed.js";
import { openTlsFront } from "../../support/tls-front.js";

const postgres = usePostgres();
const test = testAtOnce(3);
const skip = noPostgres;

/** Start lab patrons at a port that speaks TLS, and end it after its second line. Its lines and its exit code. */
async function over(t: TestContext, port: number, sslMode: string, env: NodeJS.ProcessEnv = {}) {
  const dsn = `${(await postgres.dsn()).replace(`127.0.0.1:${postgres.port}`, `localhost:${port}`)}?sslmode=${sslMode}`;
  const running = startLab(t, ["patrons", "--port", "0", "--dsn", dsn], { env });
  const [line, exitCode] = await Promise.race([
    running.line(/^Listening to changes/).then(async (said) => [said, await running.stop("SIGTERM")] as const),
    running.ended.then((code) => [running.stderr.join("\n"), code] as const),
  ]);
  return { line, exitCode, stderr: running.stderr };
}

test("lab patrons speaks TLS with sslmode=require and prefer, and ends cleanly", { skip }, async (t) => {
  const port = await openTlsFront(t, postgres.port);
  for (const sslMode of ["require", "prefer"]) {
    const { line, exitCode, stderr } = await over(t, port, sslMode);
    assert.deepEqual([exitCode, stderr], [0, [line]]);
  }
});

test("lab patrons trusts a certificate under verify-full only from a known authority", { skip }, async (t) => {
  const port = await openTlsFront(t, postgres.port);
  const foreign = await over(t, port, "verify-full");
  assert.equal(foreign.exitCode, 1);
  assert.match(foreign.line, /^lab: PostgreSQL at localhost:.*cannot be trusted: DEPTH_ZERO_SELF_SIGNED_CERT$/);
  const file = temporaryFolder(t)("ca.pem");
  writeFileSync(file, cert);
  const known = await over(t, port, "verify-full", { NODE_EXTRA_CA_CERTS: file });
  assert.deepEqual([known.exitCode, known.stderr], [0, [known.line]]);
});

test("lab patrons gives no byte to a server without TLS, unless sslmode is prefer", { skip }, async (t) => {
  const plain = await over(t, postgres.port, "prefer");
  assert.equal(plain.exitCode, 0);
  const refused = await over(t, postgres.port, "require");
  assert.match(refused.line, /does not speak TLS, which sslmode=require asks for$/);
  assert.equal(refused.exitCode, 1);
});

test("lab patrons refuses text that somebody slips in before TLS", { skip }, async (t) => {
  const { line, exitCode } = await over(t, await openTlsFront(t, postgres.port, "SZ"), "require");
  assert.match(line, /is no PostgreSQL$/);
  assert.equal(exitCode, 1);
});

test("lab patrons --prove checks the certificate for the name in the DSN, also on its own paths", {
  skip,
}, async (t) => {
  const port = await openTlsFront(t, postgres.port);
  const file = temporaryFolder(t)("ca.pem");
  writeFileSync(file, cert);
  const address = (await postgres.dsn()).replace(`127.0.0.1:${postgres.port}`, `localhost:${port}`);
  const args = ["patrons", "--prove", "--dsn", `${address}?sslmode=verify-full`];
  const running = startLab(t, args, { env: { NODE_EXTRA_CA_CERTS: file } });
  await running.line(/^Reading and writing/);
  assert.equal(await running.stop("SIGINT"), 130);
});
