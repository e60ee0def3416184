import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { test } from "node:test";
import { startQuoteServer } from "../../../src/http/origin/quote-server.js";
import { quotes } from "../../../src/http/origin/quotes.js";
import { ask } from "../../support/ask.js";

test("the quote server has the eight categories of the notes, each with several quotes", () => {
  const categories = ["inspire", "management", "sports", "life", "funny", "love", "art", "students"];
  assert.deepEqual([...quotes.keys()], categories);
  for (const [category, known] of quotes) {
    assert.ok(known.length >= 3, category);
    for (const [text, author] of known) assert.ok(text.length > 10 && author.length > 3, text);
  }
});

test("the quote server answers over HTTP, and explains its errors", async (t) => {
  const server = await startQuoteServer({ latencyMs: 0 });
  t.after(() => server.close());
  const { contents } = JSON.parse((await ask(`${server.url}/qod?category=love`)).body);
  assert.equal(contents.quotes[0].category, "love");
  assert.ok(
    quotes
      .get("love")
      ?.some(([text, author]) => text === contents.quotes[0].quote && author === contents.quotes[0].author),
  );

  assert.equal((await ask(`${server.url}/qod?category=__proto__`)).status, 404);
  assert.equal((await ask(`${server.url}/`)).status, 404);
  assert.equal((await ask(`${server.url}//`)).status, 404);
  assert.equal((await ask(`${server.url}/qod`, { method: "POST", body: "x" })).status, 405);
});

test("the quote server closes while replies are delayed", async () => {
  const server = await startQuoteServer({ latencyMs: 60_000 });
  const waiting = get(`${server.url}/qod`, { agent: false });
  const [socket] = await once(waiting, "socket");
  await once(socket, "connect");
  await Promise.all([server.close(), assert.rejects(once(waiting, "response"), { code: "ECONNRESET" })]);
});
