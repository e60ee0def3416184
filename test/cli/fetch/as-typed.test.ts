import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { closedPort } from "../../support/evil-origin.js";
import { fetching } from "../../support/fetching.js";
import { startOrigin } from "../../support/origin.js";

test("lab fetch sends --data as typed, and uses no proxy of the environment", async (t) => {
  const bodies: string[] = [];
  const origin = await startOrigin(t, async (request, response) => {
    bodies.push(`${request.method} ${request.url} ${await text(request)}`);
    response.end();
  });
  const proxy = `http://127.0.0.1:${await closedPort()}`;
  const env = { HTTP_PROXY: proxy, http_proxy: proxy, ALL_PROXY: proxy, NO_PROXY: undefined, no_proxy: undefined };
  const { exitCode } = await fetching([`${origin.url}/it`, "--data", "@/etc/hostname"], { env });
  assert.deepEqual([exitCode, bodies], [0, ["POST /it @/etc/hostname"]]);
});

test("lab fetch reports deflate without its zlib header as bad_body", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    response.writeHead(200, { "content-encoding": "deflate" }).end(deflateRawSync("hello"));
  });
  const { results } = await fetching([origin.url]);
  assert.equal(results[0]?.error?.class, "bad_body");
});
