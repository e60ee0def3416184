import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { taskGroup } from "../../../../src/concurrency/index.js";
import type { Database } from "../../../../src/labs/patrons/database.js";
import { Client } from "../../../../src/labs/patrons/prove/client.js";
import { Load } from "../../../../src/labs/patrons/prove/load.js";
import { type Serve, startServices } from "../../../../src/labs/patrons/prove/services.js";
import { Tally } from "../../../../src/labs/patrons/prove/tally.js";
import { findingsOf } from "../../../../src/labs/patrons/prove/verdicts.js";

/** A tally of a run in which all went well. */
function good(): Tally {
  const tally = new Tally();
  Object.assign(tally.listening, { reads: 100, stale: 3 });
  Object.assign(tally.silent, { reads: 50, stale: 9 });
  Object.assign(tally, { writes: 40 });
  tally.cache.hit = 100;
  return tally;
}

const verdicts = (tally: Tally) =>
  findingsOf(tally, { instances: 4, lost: 0, back: 4 })
    .map(({ holds }) => (holds ? "✔" : "✘"))
    .join("");

test("the claims hold for a run in which all went well", () => {
  assert.equal(verdicts(good()), "✔✔✔✔✔");
});

test("a silent death in which no read was stale proves nothing", () => {
  const tally = good();
  tally.silent.stale = 0;
  assert.equal(verdicts(tally), "✔✘✔✔✔");
});

test("a reply of 500 fails its claim, a 503 does not", async (t) => {
  let ids = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.method === "POST") response.writeHead(201).end(JSON.stringify({ msg: "", id: ++ids }));
    else response.writeHead(ids++ % 2 === 0 ? 500 : 503).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new Client();
  t.after(() => {
    client.close();
    server.close();
  });
  const { signal } = new AbortController();
  const load = new Load(client, [(server.address() as AddressInfo).port], "test");
  await load.fill(0, 1, signal);
  assert.equal(load.tally.faulty, 0);
  await load.read(0, performance.now() + 200, signal);
  const { failed, faulty } = load.tally;
  assert.ok(faulty > 0 && faulty < failed, `${faulty} of ${failed}`);
  const tally = good();
  tally.fail(503);
  tally.fail(undefined);
  assert.equal(verdicts(tally), "✔✔✔✔✔");
  tally.fail(500);
  assert.equal(verdicts(tally), "✔✔✔✘✔");
});

test("an instance that hears no events ends the run with one line", async () => {
  const database = { name: "PostgreSQL at pooler:6432" } as Database;
  const serve: Serve = async (_options, { emit }) => {
    await emit?.({ type: "listener", state: "deaf" });
  };
  const options = { cacheSize: 1, protections: { versions: true, bypass: true, echo: true } };
  await assert.rejects(
    taskGroup((group) => startServices([database], options, { serve, group })),
    {
      name: "ExitError",
      message: "no event comes from PostgreSQL at pooler:6432: name the server, and no pooler before it",
    },
  );
});
