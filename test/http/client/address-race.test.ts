import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { LookupAddress } from "node:dns";
import { type TestContext, test } from "node:test";
import { Connections } from "../../../src/http/client/connections.js";
import { fetchOne } from "../../../src/http/client/fetch-one.js";
import { Lookups } from "../../../src/http/client/lookups.js";
import { startTlsOrigin } from "../../support/evil-origin.js";
import { startOrigin } from "../../support/origin.js";
import { cert, key } from "../../support/self-signed.js";
import { startSlowListener } from "../../support/slow-listener.js";

const [good, silent, refusing] = ["127.0.0.1", "127.0.0.2", "127.0.0.3"];

/** Fetch from a name that has these addresses. */
async function fetchFrom(
  t: TestContext,
  addresses: readonly string[],
  port: number,
  scheme = "http",
  timeoutMs = 20_000,
) {
  const found: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
  const connections = new Connections(4, {
    tls: { ca: cert, servername: "localhost" },
    lookups: new Lookups(async () => found),
  });
  t.after(() => connections.close());
  const url = new URL(`${scheme}://name.example:${port}/`);
  const start = performance.now();
  const { signal } = new AbortController();
  const outcome = await fetchOne({ url }, { connections, timeoutMs, retries: 0, maxBody: 1000, signal });
  return { outcome, ms: performance.now() - start };
}

test("AddressRace waits for a good address that takes a second, beside one that is silent or refuses", async (t) => {
  for (const beside of [silent, refusing]) {
    const slow = await startSlowListener(t, good);
    if (beside === silent) await startSlowListener(t, silent, slow.port);
    setTimeout(slow.wake, 400);
    const { outcome, ms } = await fetchFrom(t, [good, beside], slow.port);
    assert.equal(outcome.reply?.body.toString(), "slow", `${outcome.error?.message}`);
    assert.ok(ms > 350, `${ms} ms`);
  }
});

test("AddressRace tries the next address after 250 ms of silence, and closes the loser", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end("good"));
  const port = Number(new URL(origin.url).port);
  await startSlowListener(t, silent, port);
  const { outcome, ms } = await fetchFrom(t, [silent, good], port);
  assert.equal(outcome.reply?.body.toString(), "good");
  assert.ok(ms >= 240, `${ms} ms`);
});

test("AddressRace goes on at once after a refusal, and fails with the first error if all refuse", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end("good"));
  const port = Number(new URL(origin.url).port);
  assert.equal((await fetchFrom(t, [refusing, good], port)).outcome.reply?.body.toString(), "good");
  const { outcome } = await fetchFrom(t, [refusing, silent], port);
  assert.deepEqual(
    [outcome.error?.class, outcome.error?.message],
    ["refused", `connect ECONNREFUSED ${refusing}:${port}`],
  );
});

test("AddressRace leaves a request to its deadline if all addresses are silent", async (t) => {
  const { port } = await startSlowListener(t, good);
  await startSlowListener(t, silent, port);
  const { outcome } = await fetchFrom(t, [good, silent], port, "http", 600);
  assert.equal(outcome.error?.class, "timeout");
});

test("AddressRace opens TLS over the socket that has won", async (t) => {
  const url = await startTlsOrigin(t, (response) => response.end("secret"), { cert, key });
  const { outcome } = await fetchFrom(t, [refusing, good], Number(new URL(url).port), "https");
  assert.equal(outcome.reply?.body.toString(), "secret", `${outcome.error?.message}`);
});
