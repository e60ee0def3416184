/**
 * Faults of hosts, lists and this process. Each ends in its error class and in time, and each input line gives one
 * output line.
 */
import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { execa } from "execa";
import { testAtOnce } from "../../support/at-once.js";
import * as certificates from "../../support/certificates.js";
import { closedPort, startEvilOrigin, startSilent, startTlsOrigin } from "../../support/evil-origin.js";
import { fetching, inOrder } from "../../support/fetching.js";
import { temporaryFolder } from "../../support/files.js";
import { bin } from "../../support/lab.js";
import { startOrigin } from "../../support/origin.js";
import { unlessBusy } from "../../support/tries.js";

const test = testAtOnce(3);

const classesOf = (results: readonly { index: number; error?: { class: string } }[]) =>
  [...results].sort((a, b) => a.index - b.index).map(({ error }) => error?.class ?? "ok");

test("lab fetch tells dns, refused, timeout and reset, and retries all but dns", async (t) => {
  const evil = await startEvilOrigin(t);
  const folder = temporaryFolder(t);
  const silent = await startSilent(t);
  const urls = [
    "http://nowhere.invalid/",
    `http://127.0.0.1:${await closedPort()}/`,
    `https://127.0.0.1:${silent}/`, // never answers the TLS hello
    `${evil.url}/reset-body`,
    `${evil.url}/short`,
  ];
  const save = ["--save", folder("bodies")];
  const { exitCode, results } = await fetching([...urls, "--timeout", "2s", ...save]);
  assert.equal(exitCode, 1);
  assert.deepEqual(classesOf(results), ["dns", "refused", "timeout", "reset", "reset"]);
  const attempts = inOrder(results).map((result) => result.attempts);
  assert.equal(attempts[0], 1, "a name that does not resolve");
  assert.equal(attempts[1], 3, "refused");

  // Apart from the others, because retries are counted by origin.
  const again = await fetching([`${evil.url}/reset-once`, `${evil.url}/fine`, ...save]);
  assert.equal(again.exitCode, 0);
  assert.deepEqual(
    inOrder(again.results).map((result) => [result.ok, result.attempts]),
    [
      [true, 2],
      [true, 1],
    ],
  );
  assert.deepEqual(readdirSync(folder("bodies")).sort(), ["0.bin", "1.bin"], "no partial body is kept");
});

/** Replaces the system's look-up by one that never ends. Like the system's, it keeps Node alive. */
const deadNames = `data:text/javascript,
  import dns from "node:dns";
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => {
    if (name.startsWith("dead")) setInterval(() => {}, 1000);
    else lookup(name, ...rest);
  }`;

test("lab fetch ends at the time-out of a silent name server", async () => {
  const args = ["http://dead.example/", "--timeout", "500ms"];
  const { exitCode, results, seconds } = await fetching(args, { nodeArgs: ["--import", deadNames] });
  assert.deepEqual([exitCode, classesOf(results)], [1, ["timeout"]]);
  assert.ok(seconds < 10, `${seconds} s`);
});

test("lab fetch sends methods other than GET and HEAD once", async (t) => {
  const evil = await startEvilOrigin(t);
  const { results } = await fetching([`${evil.url}/reset-once`, "-d", "a=1"]);
  assert.deepEqual([results[0]?.error?.class, results[0]?.attempts], ["reset", 1]);
  assert.equal(evil.requests.length, 1);
});

test("lab fetch reports a self-signed certificate as tls under each name", async (t) => {
  const url = await startTlsOrigin(t, (response) => response.end("secret"));
  const { exitCode, results } = await fetching([url, url.replace("127.0.0.1", "localhost"), "--retries", "5"]);
  assert.equal(exitCode, 1);
  assert.deepEqual(classesOf(results), ["tls", "tls"]);
  for (const { error } of results) assert.doesNotMatch(error?.message ?? "", /:error:|routines|\.\.\//);
  for (const { attempts, bytes } of results) assert.deepEqual([attempts, bytes], [1, 0]);
});

test("lab fetch reports expired and misnamed certificates of a trusted authority as tls", async (t) => {
  const trusted = temporaryFolder(t)("authority.pem");
  writeFileSync(trusted, certificates.authority);
  const certs = [certificates.fine, certificates.expired, certificates.other];
  const origins = certs.map((cert) =>
    startTlsOrigin(t, (response) => response.end("secret"), { cert, key: certificates.leafKey }),
  );
  const args = [...(await Promise.all(origins)), "--retries", "5"];
  const { results } = await fetching(args, { env: { NODE_EXTRA_CA_CERTS: trusted } });
  assert.deepEqual(classesOf(results), ["ok", "tls", "tls"]);
  const [, expired, other] = inOrder(results);
  assert.match(expired?.error?.message ?? "", /expired/);
  assert.match(other?.error?.message ?? "", /altnames/);
  for (const { attempts } of results) assert.equal(attempts, 1);
  const { results: untrusting } = await fetching(args);
  assert.deepEqual(classesOf(untrusting), ["tls", "tls", "tls"], "the first one is ok only with that authority");
});

test("lab fetch keeps no memory of a thousand bad certificates", async (t) => {
  const url = await startTlsOrigin(t, (response) => response.end("secret"));
  const rss = async (count: number) => {
    const preload = 'data:text/javascript,process.on("exit",()=>console.error("rss",process.memoryUsage.rss()))';
    const { stderr, summary } = await fetching([url, "--repeat", `${count}`], { nodeArgs: ["--import", preload] });
    assert.equal(summary.errors.tls, count);
    return Number(/rss (\d+)/.exec(stderr)?.[1]) / 2 ** 20;
  };
  await unlessBusy(t, async () => {
    const [few, many] = [await rss(100), await rss(1000)]; // garbage is collected sooner or later
    assert.ok(many - few < 40, `${few.toFixed(0)} MiB, then ${many.toFixed(0)} MiB`);
  });
});

test("lab fetch follows five redirects to http and https, never down from https", async (t) => {
  const evil = await startEvilOrigin(t);
  const { results } = await fetching(
    ["loop", "file", "nowhere", "to-fine", "no-location"].map((path) => `${evil.url}/${path}`),
  );
  assert.deepEqual(classesOf(results), ["redirect", "redirect", "redirect", "ok", "status"]);
  assert.deepEqual(inOrder(results)[4]?.status, 302);
  assert.equal(evil.requests.filter(({ url }) => url === "/loop").length, 6);
  const down = await startTlsOrigin(t, (response) => response.writeHead(302, { location: evil.url }).end());
  const trusting = `data:text/javascript,process.env.NODE_TLS_REJECT_UNAUTHORIZED="0"`;
  const { results: fromTls } = await fetching([down], { nodeArgs: ["--no-warnings", "--import", trusting] });
  assert.deepEqual(classesOf(fromTls), ["redirect"]);
});

test("lab fetch withholds Authorization and Cookie from another origin", async (t) => {
  const other = await startOrigin(t, (_request, response) => response.end());
  const origin = await startOrigin(t, (_request, response) => response.writeHead(307, { location: other.url }).end());
  const secrets = ["-H", "Authorization: Bearer abc", "-H", "Cookie: a=b", "-H", "X-Mine: c"];
  const { exitCode } = await fetching([origin.url, ...secrets]);
  assert.equal(exitCode, 0);
  assert.deepEqual(
    [origin.requests[0]?.headers.authorization, origin.requests[0]?.headers.cookie],
    ["Bearer abc", "a=b"],
  );
  const { authorization, cookie, "x-mine": mine } = other.requests[0]?.headers ?? {};
  assert.deepEqual([authorization, cookie, mine], [undefined, undefined, "c"]);
});

test("lab fetch reports a gzip bomb as too_large and decodes one honest coding", async (t) => {
  const evil = await startEvilOrigin(t);
  const paths = ["bomb", "codings", "no-gzip", "odd-coding", "gzip", "brotli"];
  const { results } = await fetching(paths.map((path) => `${evil.url}/${path}`));
  assert.deepEqual(classesOf(results), ["too_large", "too_large", "bad_body", "bad_body", "ok", "ok"]);
  for (const { bytes, ok } of results) assert.equal(bytes, ok ? "unpacked".length : 0);
});

test("lab fetch reports an endless body as too_large, a long header as headers", async (t) => {
  const evil = await startEvilOrigin(t);
  const paths = ["endless", "long-header", "wide-header", "early-hints"];
  const { results } = await fetching(paths.map((path) => `${evil.url}/${path}`));
  assert.deepEqual(classesOf(results), ["too_large", "headers", "ok", "ok"]);
  assert.match(inOrder(results)[0]?.error?.message ?? "", /longer than 10485760 bytes/);
});

test("lab fetch ends slow headers and bodies at --timeout", async (t) => {
  const evil = await startEvilOrigin(t);
  const urls = ["slow-headers", "slow-body", "hang"].map((path) => `${evil.url}/${path}`);
  const { results } = await fetching([...urls, "--timeout", "400ms"]);
  assert.deepEqual(classesOf(results), ["timeout", "timeout", "timeout"]);
  for (const { ms, error } of results) {
    assert.ok(ms >= 400 && ms < 2000, `${ms} ms`);
    assert.match(error?.message ?? "", /no answer within 400 ms/);
  }
});

test("lab fetch --max-time ends the run with a result for every line", async (t) => {
  const evil = await startEvilOrigin(t);
  const list = Array.from({ length: 50 }, (_, i) => `${evil.url}/hang/${i}\n`).join("");
  const path = temporaryFolder(t)("list");
  await execa("tee", [path], { input: list, stdout: "ignore" });
  await unlessBusy(t, async () => {
    const { results, summary } = await fetching(["-f", path, "-c", "4", "--max-time", "500ms"]);
    assert.equal(results.length, 50);
    assert.equal(summary.errors.timeout, 50);
    assert.equal(results.filter(({ attempts }) => attempts === 0).length, 46);
  });
});

test("lab fetch obeys a sensible Retry-After, in seconds or as a date", async (t) => {
  const evil = await startEvilOrigin(t);
  const afters = ["1", "date", "1000000000", "junk"];
  const urls = afters.map((after) => `${evil.url}/busy-once/${encodeURIComponent(after)}`);
  const { exitCode, results } = await fetching([...urls, "--retries", "4", "--timeout", "20s"]);
  assert.equal(exitCode, 1);
  const [seconds = 0, dated = 0, absurd = 0, junk = 0] = inOrder(results).map(({ ms }) => ms);
  assert.ok(seconds >= 1000, `${seconds}`);
  assert.ok(dated >= 990, `${dated} ms instead of one to two seconds`); // without the date it would be 100 ms at most
  assert.ok(absurd < 1000 && junk < 1000, `${absurd} ${junk}`);
  assert.deepEqual(
    inOrder(results).map(({ attempts }) => attempts),
    [2, 2, 1, 2],
  );
  assert.match(inOrder(results)[2]?.error?.message ?? "", /^HTTP 503 .* not tried again: .* 1000000000 s/);
});

test("lab fetch retries 429 and 502 to 504 within its deadline, and nothing else", async (t) => {
  const evil = await startEvilOrigin(t);
  const paths = ["429/0", "502/0", "503/0", "504/0", "500/0", "404/0", "400/0", "501/0", "503/25"];
  const urls = paths.map((path) => `${evil.url}/status/${path}`);
  const { results } = await fetching([...urls, "--retries", "9", "-c", "1", "--max-wait", "20s"]);
  assert.deepEqual(
    inOrder(results).map(({ attempts }) => attempts > 1),
    [true, false, false, false, false, false, false, false, false],
    "nine retries are the limit for so few requests, and the first URL uses them up",
  );
  assert.match(
    inOrder(results)[1]?.error?.message ?? "",
    /^HTTP 502 Bad Gateway, not tried again: retries to this origin are used up \(a tenth of its requests, at least --retries\)$/,
  );
  const each = await Promise.all(urls.map((url) => fetching([url, "--retries", "2", "--max-wait", "20s"])));
  assert.deepEqual(
    each.map(({ results: [result] }) => result?.attempts),
    [3, 3, 3, 3, 1, 1, 1, 1, 1],
  );
  for (const {
    exitCode,
    results: [result],
  } of each) {
    assert.equal(exitCode, 1);
    assert.equal(result?.error?.class, "status");
  }
  assert.match(each.at(-1)?.results[0]?.error?.message ?? "", /Retry-After asks for 25 s, more than --max-wait/);
});

test("lab fetch retries at most a tenth of the requests to an origin", async (t) => {
  const evil = await startEvilOrigin(t);
  const { summary } = await fetching([`${evil.url}/status/503/0`, "--repeat", "300"]);
  assert.equal(summary.retries, 30);
  assert.equal(evil.requests.length, 330);
});

test("lab fetch shows the escaped beginning of a reply that is not HTTP", async (t) => {
  const evil = await startEvilOrigin(t);
  const { results } = await fetching([`${evil.url}/garbage`, `${evil.url}/no-gzip`]);
  assert.deepEqual(classesOf(results), ["protocol", "bad_body"]);
  const [protocol, body] = inOrder(results).map(({ error }) => error?.message ?? "");
  assert.match(protocol ?? "", /"220 this is \\u001b\[31mnot HTTP/);
  assert.match(body ?? "", /expected gzip, got "plain\\u001b\[31m"/);
});

test("lab fetch gets 10,000 URLs with 256 file descriptors, with a notice", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end("ok"));
  const list = Array.from({ length: 10_000 }, (_, i) => `${origin.url}/${i}\n`).join("");
  const limited = 'ulimit -Sn 256 && ulimit -Hn 256 && exec "$0" "$@"';
  const args = ["-c", limited, process.execPath, bin, "fetch", "--json", "-f", "-", "-c", "500"];
  const { exitCode, stdout, stderr } = await execa("sh", args, { input: list, reject: false, maxBuffer: 1e8 });
  assert.equal(exitCode, 0, stderr);
  assert.match(stderr, /At most 96 requests at a time instead of 500: .* \(ulimit -n\)/);
  const { ok, total } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual([ok, total], [10_000, 10_000]);
});

test("lab fetch pauses when it is out of file descriptors", async (t) => {
  const origin = await startOrigin(t, (_request, response) => response.end("ok"));
  const hoard = 'data:text/javascript,import{openSync}from"node:fs";for(let i=0;i<100;i++)openSync("/dev/null")';
  const limited = 'ulimit -Sn 150 && ulimit -Hn 150 && exec "$0" "$@"';
  const node = ["-c", limited, process.execPath, "--import", hoard, bin];
  const args = ["fetch", "--json", origin.url, "--repeat", "500", "-c", "43"]; // 43, the 100 above and Node's own are too many
  const { exitCode, stdout } = await execa("sh", [...node, ...args], { reject: false });
  const { ok, retries, errors } = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.deepEqual([exitCode, ok, retries], [0, 500, 0], JSON.stringify(errors));
});

test("lab fetch reports bad lines without a request, one result per line", async (t) => {
  const evil = await startEvilOrigin(t);
  const lines = [
    `${evil.url}/a\r`,
    "",
    "no url",
    "file:///etc/passwd",
    `${evil.url}/a`,
    `${evil.url}/${"x".repeat(9000)}`,
    "x".repeat(10_000_000),
    "ftp://example.com/",
    "javascript:alert(1)",
    `${evil.url}/last`,
  ];
  const { exitCode, results, summary } = await fetching(["-f", "-"], { input: lines.join("\n") });
  assert.equal(exitCode, 1);
  const bad = "bad_url";
  assert.deepEqual(classesOf(results), ["ok", bad, bad, bad, "ok", bad, bad, bad, bad, "ok"]);
  assert.deepEqual([summary.total, summary.requests, summary.errors[bad]], [10, 3, 7]);
  assert.equal(evil.requests.length, 3, "duplicates are fetched twice, bad lines never");
  for (const { url, error } of results) assert.ok(url.length < 200 && (error?.message.length ?? 0) < 300);
});

test("lab fetch --ordered keeps the order of the list", async (t) => {
  let waiting: ServerResponse | undefined;
  let answered = 0;
  const origin = await startOrigin(t, (request, response) => {
    if (request.url === "/0") waiting = response;
    else response.end(() => ++answered % 199 === 0 && waiting?.end());
  });
  const input = Array.from({ length: 200 }, (_, i) => `${origin.url}/${i}\n`).join("");
  const ordered = await fetching(["-f", "-", "-c", "4", "--ordered"], { input });
  assert.deepEqual(
    ordered.results.map(({ index }) => index),
    Array.from({ length: 200 }, (_, i) => i),
  );
  const asTheyFinish = await fetching(["-f", "-", "-c", "4"], { input });
  assert.equal(asTheyFinish.results.at(-1)?.index, 0);
});
