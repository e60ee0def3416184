import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { type RunningPatrons, startPatronsFor } from "../../support/patrons.js";
import { noPglite } from "../../support/pglite.js";
import { noPostgres, usePostgres } from "../../support/postgres.js";
import { rawGet, sendRaw } from "../../support/raw-http.js";

const postgres = usePostgres();

for (const [kind, skip, args] of [
  ["a server", noPostgres, async () => ["--dsn", await postgres.dsn()]],
  ["the embedded database", noPglite, async () => []],
] as const) {
  describe(`hostile requests on ${kind}`, { skip }, () => {
    let patrons: RunningPatrons;
    let end: () => Promise<unknown>;
    before(async () => {
      ({ patrons, end } = await startPatronsFor(await args()));
    });
    after(() => end());

    test("text of any kind comes back byte for byte", async () => {
      for (const [name, fav_dish] of [
        ["Robert", "'; drop table patron; --"],
        ["$1", "$2 %s %n $(name) `name` {{name}} \\x00 \\"],
        ["🍕".repeat(2250), "9,000 bytes of emoji"],
        ["x".repeat(20_000), "y".repeat(20_000)],
        ["‮\u200b\u2028\u2029", "\u0001\u001f\u007f\u0085 \r\n\t"],
        ["e\u0301 is not \u00e9", "\ufeff\ufffd\uffff"],
        ["constructor", "__proto__"],
        ["null", "NULL"],
        [" ", "\n"],
      ] as const) {
        const { status, json } = await patrons.ask("POST", "/patron", { name, fav_dish });
        assert.equal(status, 201, name.slice(0, 20));
        for (let i = 0; i < 2; i++) {
          const { text } = await patrons.ask("GET", `/patron/${json?.id}`);
          assert.deepEqual(JSON.parse(text), { id: json?.id, name, fav_dish });
        }
        assert.equal((await patrons.ask("PUT", `/patron/${json?.id}`, { name: fav_dish, fav_dish: name })).status, 200);
        assert.equal((await patrons.ask("GET", `/patron/${json?.id}`)).json?.fav_dish, name);
      }
    });

    test("a body of another shape gets 400, and the field is named", async () => {
      const good = { name: "Lois", fav_dish: "pizza" };
      for (const [body, says] of [
        ["", /JSON/],
        ["{", /JSON/],
        ["[".repeat(60_000), /JSON/],
        ["null", /object/],
        ["[]", /object/],
        ['"Lois"', /object/],
        [{}, /name is missing/],
        [{ name: "Lois" }, /fav_dish is missing/],
        [{ ...good, name: "" }, /name must not be empty/],
        [{ ...good, fav_dish: 7 }, /fav_dish must be a string/],
        [{ ...good, name: null }, /name must be a string/],
        [{ ...good, name: ["Lois"] }, /name must be a string/],
        [{ ...good, name: { toString: "x" } }, /name must be a string/],
        [{ ...good, name: "a\0b" }, /name must not contain NUL/],
        ['{"name":"a\\ud800b","fav_dish":"pizza"}', /name must not contain half a surrogate pair/],
        ['{"name":"Lois","fav_dish":"\\udc00"}', /fav_dish must not contain half a surrogate pair/],
        [{ ...good, id: 7 }, /unknown field \\"id\\"/],
        [{ ...good, version: "9" }, /unknown field \\"version\\"/],
        ['{"name":"a","fav_dish":"b","__proto__":{}}', /unknown field \\"__proto__\\"/],
        [Buffer.from('{"name":"\xff","fav_dish":"b"}', "latin1"), /UTF-8/],
      ] as const) {
        for (const [method, path] of [
          ["POST", "/patron"],
          ["PUT", "/patron/1"],
        ] as const) {
          const { status, text } = await patrons.ask(method, path, body);
          assert.equal(status, 400, text);
          assert.match(text, says);
        }
      }
    });

    test("a larger body gets 413, another type 415, another method 405 with Allow", async () => {
      const large = { name: "x".repeat(70_000), fav_dish: "pizza" };
      assert.equal((await patrons.ask("POST", "/patron", large)).status, 413);
      const chunked = { "transfer-encoding": "chunked" };
      assert.equal((await patrons.ask("POST", "/patron", large, chunked)).status, 413);
      const exact = JSON.stringify({ name: "Lois", fav_dish: "" });
      const full = { name: "Lois", fav_dish: "x".repeat(64 * 1024 - exact.length) };
      assert.equal((await patrons.ask("POST", "/patron", full)).status, 201);
      assert.equal((await patrons.ask("POST", "/patron", { ...full, name: "Lois!" })).status, 413);
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]) {
        const { status } = await patrons.ask("POST", "/patron", full, { "content-type": type });
        assert.equal(status, 415, type);
      }
      for (const [method, path, allow] of [
        ["GET", "/patron", "POST"],
        ["POST", "/patron/1", "GET, HEAD, PUT, DELETE"],
        ["GET", "/cache", "DELETE"],
        ["DELETE", "/healthz", "GET, HEAD"],
        ["PUT", "/metrics", "GET, HEAD"],
        ["PATCH", "/patron/1", "GET, HEAD, POST, PUT, DELETE, OPTIONS"],
      ] as const) {
        const { status, headers } = await patrons.ask(method, path);
        assert.deepEqual([status, headers.allow], [405, allow], `${method} ${path}`);
      }
    });

    test("an id that is no whole number gets 400, one beyond a bigint or unknown 404", async () => {
      for (const [id, status] of [
        ["abc", 400],
        ["1.5", 400],
        ["1e3", 400],
        ["%27", 400],
        ["9223372036854775807", 404],
        ["9223372036854775808", 404],
        ["-1", 404],
        ["9".repeat(5000), 404],
      ] as const) {
        for (const method of ["GET", "PUT", "DELETE"]) {
          const body = method === "PUT" ? { name: "Lois", fav_dish: "pizza" } : undefined;
          const { status: got, headers } = await patrons.ask(method, `/patron/${id}`, body);
          assert.equal(got, status, `${method} ${id.slice(0, 30)}`);
          if (method === "GET") assert.match(`${headers["x-cache"]}`, /^(miss|bypass)$/);
        }
      }
    });

    test("of 8 deletes at once, one finds the patron", async () => {
      for (let round = 0; round < 5; round++) {
        const { json } = await patrons.ask("POST", "/patron", { name: "Lois", fav_dish: "pizza" });
        await patrons.ask("GET", `/patron/${json?.id}`);
        const all = await Promise.all(Array.from({ length: 8 }, () => patrons.ask("DELETE", `/patron/${json?.id}`)));
        assert.deepEqual(all.map(({ status }) => status).sort(), [200, ...Array(7).fill(404)]);
        assert.equal((await patrons.ask("GET", `/patron/${json?.id}`)).status, 404);
      }
    });

    test("a client that asks first is told to continue, or that its body is too large", async () => {
      const port = Number(new URL(patrons.url).port);
      const body = '{"name":"Lois","fav_dish":"pizza"}';
      const head = (length: number) =>
        `POST /patron HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: application/json\r\n` +
        `Expect: 100-continue\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n`;
      assert.equal((await sendRaw(port, head(body.length) + body)).status, 100);
      assert.equal((await sendRaw(port, head(1e9))).status, 413);
      assert.equal((await sendRaw(port, rawGet("/patron/1", ["Host: evil.example"]))).status, 403);
    });

    test("HEAD has the headers of GET, without its body", async () => {
      const { json } = await patrons.ask("POST", "/patron", { name: "Lois", fav_dish: "pizza" });
      await patrons.ask("GET", `/patron/${json?.id}`);
      const { status, headers, text } = await patrons.ask("HEAD", `/patron/${json?.id}`);
      assert.deepEqual([status, headers["x-cache"], text], [200, "hit", ""]);
    });

    test("the table, its rows and the service are as before", async () => {
      const { status, json } = await patrons.ask("GET", "/healthz");
      assert.deepEqual([status, json?.database, json?.listener], [200, "ok", "listening"]);
      assert.deepEqual(
        patrons.running.stderr.filter((line) => !line.startsWith("Listening")),
        [],
      );
    });
  });
}
