import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { after, before } from "node:test";
import { testAtOnce } from "../support/at-once.js";
import { lab } from "../support/lab.js";
import { json, type Origin, startEvilQuotes, startOrigin } from "../support/origin.js";

const test = testAtOnce(3);

let evil: Origin;
before(async () => {
  evil = await startEvilQuotes();
});
after(() => evil.close());

test("lab fetch-quotes downloads eight categories from its embedded server", async () => {
  const { exitCode, stdout, stderr } = await lab(["fetch-quotes", "--latency", "20ms"]);
  assert.equal(exitCode, 0);
  assert.match(stdout, /^Downloaded 8 sites in \d\.\d\d seconds\n\n\*\*\*\*\* Quotes \*\*\*\*\*\n/);
  assert.equal(stdout.trimEnd().split("\n").length, 3 + 8);
  for (const line of stdout.trimEnd().split("\n").slice(3)) assert.match(line, /^\S.* - \S/);
  assert.match(stderr, /embedded quote server at http:\/\/127\.0\.0\.1:\d+/);
});

test("lab fetch-quotes --json prints one document as documented", async () => {
  const { exitCode, stdout } = await lab(["fetch-quotes", "--latency", "0", "--json"]);
  assert.equal(exitCode, 0);
  const report = JSON.parse(stdout);
  assert.deepEqual(Object.keys(report), ["source", "mode", "sites", "ok", "failed", "seconds", "quotes"]);
  assert.deepEqual(
    [report.source, report.mode, report.sites, report.ok, report.failed],
    ["embedded", "concurrent", 8, 8, 0],
  );
  const categories = ["inspire", "management", "sports", "life", "funny", "love", "art", "students"];
  assert.deepEqual(
    report.quotes.map((quote: { category: string }) => quote.category),
    categories,
  );
  assert.deepEqual(Object.keys(report.quotes[0]), ["category", "quote", "author", "status", "ms"]);
});

test("lab fetch-quotes --mode compare measures both ways in one run", async () => {
  const args = ["fetch-quotes", "--mode", "compare", "--latency", "60ms", "--category", "art", "love", "life", "funny"];
  const { exitCode, stdout } = await lab([...args, "--json"]);
  assert.equal(exitCode, 0);
  const { sequential, concurrent, speedup, findings } = JSON.parse(stdout);
  assert.equal(sequential.mode, "sequential");
  assert.ok(sequential.seconds >= 4 * 0.06, "four waits one after another add up");
  assert.ok(concurrent.seconds < sequential.seconds, "concurrent waits do not add up");
  assert.ok(Math.abs(speedup - sequential.seconds / concurrent.seconds) < 0.01);
  assert.equal(findings.length, 1);
});

test("lab fetch-quotes --mode sequential never overlaps two requests", async (t) => {
  let underWay = 0;
  let most = 0;
  const origin = await startOrigin(t, (_request, response) => {
    most = Math.max(most, ++underWay);
    setImmediate(() => {
      underWay--;
      json(response, { contents: { quotes: [{ quote: "One.", author: "A" }] } });
    });
  });
  const { exitCode } = await lab(["fetch-quotes", "--mode", "sequential", "--base-url", origin.url]);
  assert.equal(exitCode, 0);
  assert.equal(origin.requests.length, 8);
  assert.equal(most, 1);
});

const reports = [
  ["404", 404, "status", /HTTP 404 Not Found/],
  ["429", 429, "status", /HTTP 429 Too Many Requests/],
  ["500", 500, "status", /HTTP 500 Internal Server Error: "it broke"/],
  ["html", 200, "bad_body", /expected JSON, got "<h1>Welcome\\u001b/],
  ["shape", 200, "bad_body", /expected contents\.quotes\[0\]\.quote/],
  ["number", 200, "bad_body", /expected contents\.quotes\[0\]\.quote/],
  ["truncated", 200, "bad_body", /expected JSON, got/],
  ["short", 200, "reset", /./],
  ["reset", null, "reset", /./],
  ["hang", null, "timeout", /no answer within 2000 ms/],
  ["garbage", null, "protocol", /./],
  ["loop", 302, "redirect", /more than 5 redirects/],
  ["file", 302, "redirect", /neither http nor https/],
  ["huge", 200, "too_large", /longer than 1048576 bytes/],
] as const;

for (const [fault, status, errorClass, message] of reports) {
  test(`lab fetch-quotes reports a ${fault} category beside the others and exits with 1`, async () => {
    const args = [
      "fetch-quotes",
      "--base-url",
      evil.url,
      "--category",
      "art",
      fault,
      "love",
      "--timeout",
      fault === "hang" ? "2s" : "30s",
    ];
    const { exitCode, stdout, stderr } = await lab([...args, "--retries", "0", "--json"]);
    assert.equal(exitCode, 1, stderr);
    const { ok, failed, quotes } = JSON.parse(stdout);
    assert.deepEqual([ok, failed], [2, 1]);
    assert.deepEqual([quotes[0].quote, quotes[2].quote], ["On art.", "On love."]);
    assert.equal(quotes[1].error.class, errorClass);
    assert.match(quotes[1].error.message, message);
    assert.equal(quotes[1].status, status);
    assert.equal(quotes[1].quote, null);
  });
}

test("lab fetch-quotes shows a failed category without control characters", async () => {
  const { exitCode, stdout } = await lab(["fetch-quotes", "--base-url", evil.url, "--category", "art", "html"]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /Downloaded 2 sites in .* \(1 failed\)/);
  assert.match(stdout, /On art\. - Somebody\n✘ html: bad_body: expected JSON, got "<h1>Welcome/);
  assert.ok(!stdout.includes("\u001b"));
});

test("lab fetch-quotes reports a server that is not there", async (t) => {
  const gone = await startOrigin(t, () => {});
  await gone.close();
  const { exitCode, stdout } = await lab([
    "fetch-quotes",
    "--base-url",
    gone.url,
    "--category",
    "art",
    "--retries",
    "1",
  ]);
  assert.equal(exitCode, 1);
  assert.match(stdout, /✘ art: refused: /);
});

test("lab fetch-quotes retries transient errors as often as --retries", async (t) => {
  const origin = await startOrigin(t, (_request, response, nth) => {
    if (nth <= 2) response.writeHead(503, { "retry-after": "0" }).end();
    else json(response, { contents: { quotes: [{ quote: "At last.", author: "A" }] } });
  });
  const args = ["fetch-quotes", "--base-url", origin.url, "--category", "art"];
  const patient = await lab([...args, "--retries", "2"]);
  assert.equal(patient.exitCode, 0);
  assert.match(patient.stdout, /At last\. - A/);
  assert.equal(origin.requests.length, 3);
});

test("lab fetch-quotes keeps the path of --base-url and sends a Bearer token", async (t) => {
  const origin = await startOrigin(t, (_request, response) => {
    json(response, { contents: { quotes: [{ quote: "Hidden.", author: null }] } });
  });
  const args = ["fetch-quotes", "--base-url", `${origin.url}/api/v1/`, "--category", "art & craft"];
  const { exitCode, stdout } = await lab(args, { QUOTES_API_KEY: "s3cret" });
  assert.equal(exitCode, 0);
  assert.match(stdout, /Hidden\. - unknown/);
  assert.equal(origin.requests[0]?.url, "/api/v1/qod?category=art%20%26%20craft");
  assert.equal(origin.requests[0]?.headers.authorization, "Bearer s3cret");
});

test("lab fetch-quotes withholds the key from a redirect to another origin", async (t) => {
  const other = await startOrigin(t, (_request, response) => {
    json(response, { contents: { quotes: [{ quote: "Elsewhere.", author: "B" }] } });
  });
  const origin = await startOrigin(t, (request, response) => {
    const there = request.url?.startsWith("/same") ? other.url : "";
    response.writeHead(307, { location: `${there}/same${request.url}` }).end();
  });
  const { stdout } = await lab(["fetch-quotes", "--base-url", origin.url, "--category", "art"], {
    QUOTES_API_KEY: "s3cret",
  });
  assert.match(stdout, /Elsewhere\. - B/);
  assert.deepEqual(
    origin.requests.map(({ headers }) => headers.authorization),
    ["Bearer s3cret", "Bearer s3cret"],
  );
  assert.deepEqual(
    other.requests.map(({ headers }) => headers.authorization),
    [undefined],
  );
});

test("lab fetch-quotes shows no part of a key that is cut in two", async (t) => {
  const key = "Abcdefghijklmnopqrstuvwxyz0123456789";
  const origin = await startOrigin(t, (request, response) => {
    response.writeHead(401).end(`${"x".repeat(60)}${request.headers.authorization}`);
  });
  const { stdout } = await lab(["fetch-quotes", "--base-url", origin.url, "--category", "art", "--api-key", key]);
  assert.match(stdout, /HTTP 401/);
  assert.doesNotMatch(stdout, /Abcd/);
});

test("lab fetch-quotes shows no key escaped in JSON or in a broken reply", async (t) => {
  const key = "s3cr3t/key+12.45==";
  const spellings = [
    key,
    key.replace("/", "\\/"),
    [...key].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`).join(""),
    [...key].map((char) => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`).join(""),
  ];
  const origin = await startOrigin(t, (request, response) => {
    const at = Number(new URL(request.url ?? "", "http://host").searchParams.get("category"));
    if (at < spellings.length) response.end(`{"contents":{"quotes":[{"quote":"Sent ${spellings[at]}","author":"A"}]}}`);
    else request.socket.end(`${request.headers.authorization} is not welcome\r\n\r\n`);
  });
  const categories = [...spellings.keys(), spellings.length].map(String);
  const args = [
    "fetch-quotes",
    "--base-url",
    origin.url,
    "--api-key",
    key,
    "--retries",
    "0",
    "--category",
    ...categories,
  ];
  const { stdout } = await lab(args);
  assert.equal(stdout.match(/^Sent \[key\] - A$/gm)?.length, spellings.length, stdout);
  assert.match(stdout, /✘ 4: protocol: [^"]*$/m);
});

test("lab fetch-quotes does not wait for a Retry-After beyond its deadline", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.writeHead(429, { "retry-after": "25" }).end());
  const { stdout } = await lab(["fetch-quotes", "--base-url", origin.url, "--category", "art", "--timeout", "20s"]);
  assert.match(stdout, /✘ art: status: HTTP 429/);
  assert.equal(origin.requests.length, 1);
});

test("lab fetch-quotes --mode compare makes no claim after a failure or without overlap", async () => {
  for (const categories of [["art", "500"], ["art"]]) {
    const { stdout } = await lab([
      "fetch-quotes",
      "--mode",
      "compare",
      "--base-url",
      evil.url,
      "--json",
      "--category",
      ...categories,
    ]);
    assert.deepEqual(JSON.parse(stdout).findings, []);
  }
});

test("lab fetch-quotes never shows the key that a server echoes", async () => {
  const args = ["fetch-quotes", "--base-url", evil.url, "--category", "echo", "echo-error", "--api-key", "s3cret"];
  for (const flags of [[], ["--json"], ["--debug"]]) {
    const { stdout, stderr } = await lab([...args, ...flags]);
    assert.match(stdout, /Bearer \[key\]/);
    assert.ok(!`${stdout}${stderr}`.includes("s3cret"));
  }
});

test("lab fetch-quotes ends an unopened connection at its deadline and on Ctrl-C", async (t) => {
  const accepted: Socket[] = [];
  const silent = createServer((socket) => accepted.push(socket)).listen(0, "127.0.0.1"); // never answers a TLS hello
  await once(silent, "listening");
  t.after(() => {
    for (const socket of accepted) socket.destroy();
    silent.close();
  });
  const args = [
    "fetch-quotes",
    "--category",
    "art",
    "--base-url",
    `https://127.0.0.1:${(silent.address() as AddressInfo).port}`,
  ];
  const late = await lab([...args, "--timeout", "300ms"]);
  assert.equal(late.exitCode, 1);
  assert.match(late.stdout, /✘ art: timeout: no answer within 300 ms/);

  const interrupted = lab(args);
  await once(silent, "connection");
  interrupted.kill("SIGINT");
  assert.equal((await interrupted).exitCode, 130);
});

test("lab fetch-quotes exits with 130 at once on Ctrl-C", async (t) => {
  const origin = await startOrigin(t, (_request, _response, nth) => {
    if (nth === 1) running.kill("SIGINT");
  });
  const running = lab(["fetch-quotes", "--base-url", origin.url]);
  const { exitCode, stdout } = await running;
  assert.equal(exitCode, 130);
  assert.equal(stdout, "");
});
