import "../support/hygiene.js";
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { TestContext } from "node:test";
import { ask } from "../support/ask.js";
import { testAtOnce } from "../support/at-once.js";
import { keepAsking } from "../support/keep-asking.js";
import { lab } from "../support/lab.js";
import { rawGet, sendRaw } from "../support/raw-http.js";
import { startLab } from "../support/running-lab.js";
import { unlessBusy } from "../support/tries.js";

const test = testAtOnce(3);

async function startWeb(t: TestContext, args: readonly string[] = []) {
  const running = startLab(t, ["web", "--port", "0", ...args]);
  const [url = ""] = /http:\/\/[^/"]+/.exec(await running.line(/http:/)) ?? [];
  return { running, url, port: Number(new URL(url).port) };
}

test("lab web says Hello, world on / alone, with the headers of the gate", async (t) => {
  const { running, url, port } = await startWeb(t);
  const { status, headers, body } = await sendRaw(port, rawGet("/?a=1", [`Host: localhost:${port}`]));
  assert.deepEqual([status, body], [200, "Hello, world"]);
  assert.equal(headers["content-type"], "text/plain; charset=utf-8");
  assert.equal(headers["x-content-type-options"], "nosniff");
  const head = await ask(url, { method: "HEAD" });
  assert.deepEqual([head.status, head.body], [200, ""]);
  for (const path of ["/x", "/%20", "/__proto__"]) assert.equal((await ask(`${url}${path}`)).status, 404, path);
  assert.equal(await running.stop("SIGINT"), 0);
  assert.deepEqual(running.stderr, []);
  assert.match(running.stdout.at(-1) ?? "", /^5 requests in .+, 0 refused$/);
});

test("lab web refuses foreign hosts, foreign origins and other methods", async (t) => {
  const { running, port } = await startWeb(t, ["--json", "--allow-host", "lab.example"]);
  const own = `Host: 127.0.0.1:${port}`;
  for (const [headers, status] of [
    [["Host: evil.example"], 403],
    [[own, own], 400],
    [[own, "Origin: http://evil.example"], 403],
    [["Host: lab.example"], 200],
  ] as const)
    assert.equal((await sendRaw(port, rawGet("/", headers))).status, status, headers.join());
  assert.equal((await sendRaw(port, `POST / HTTP/1.1\r\n${own}\r\nContent-Length: 1\r\n\r\n`)).status, 405);
  assert.equal((await sendRaw(port, "no HTTP\r\n\r\n")).status, 400);
  assert.equal(await running.stop("SIGHUP"), 0);
  const [listening, summary] = running.objects;
  assert.deepEqual(listening, { type: "listening", url: `http://127.0.0.1:${port}` });
  const { seconds, ...counts } = summary ?? {};
  assert.deepEqual(counts, { type: "summary", requests: 5, refused: 4, clientErrors: 1 });
  assert.ok(Number(seconds) > 0);
});

for (const fresh of [false, true]) {
  const kind = fresh ? "fresh" : "kept";
  test(`lab web loses no request at SIGTERM under 64 ${kind} connections, ends in time`, (t) =>
    unlessBusy(t, async () => {
      const { running, url } = await startWeb(t);
      let start = 0;
      const onAnswer = (answered: number) => {
        if (answered !== 1000) return;
        start = performance.now();
        running.child.kill("SIGTERM");
      };
      const { failed } = await keepAsking(url, { connections: 64, fresh, onAnswer });
      const [exitCode, ms] = [await running.ended, performance.now() - start];
      assert.deepEqual([failed, exitCode], [[], 0]);
      assert.ok(ms < 2000, `${ms} ms`);
    }));
}

test("lab web says in one line why it cannot start", async (t) => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address() as { port: number };
  for (const [args, exitCode, says] of [
    [["--port", `${port}`], 1, /^lab: cannot listen on 127\.0\.0\.1:\d+: the port is in use[^\n]*\n$/],
    [["--port", "65536"], 2, /^lab: --port must be [^\n]+, got "65536"[^\n]*\n$/],
    [["--host", "0.0.0.0"], 2, /^lab: --host 0\.0\.0\.0 lets other machines in: add --insecure if you mean it\n$/],
    [["--allow-host", "a:80"], 2, /^lab: --allow-host must be a host name without a port, got "a:80"[^\n]*\n$/],
  ] as const) {
    const result = await lab(["web", ...args]);
    assert.deepEqual([result.exitCode, result.stdout], [exitCode, ""], args.join(" "));
    assert.match(result.stderr, says);
  }
});
