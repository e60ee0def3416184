import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { createServer, connect as dial, type Server, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { sleep } from "../../../src/concurrency/index.js";
import { drawn, faults, row } from "../../support/apm-page.js";
import { startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { openPage, useBrowser, widthOf } from "../../support/browser.js";
import { freePort } from "../../support/free-port.js";
import { publishTo } from "../../support/publisher.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

const chromium = useBrowser();

const longMs = 45_000;

test("apm page notices a suspended server without any app, and is live again once it goes on", async (t) => {
  const server = await startApmServer(t);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await page.locator('#status[data-state="live"]').waitFor();
  server.lab.child.kill("SIGSTOP");
  await page.locator('#status:not([data-state="live"])').waitFor();
  await page.locator("#notice", { hasText: "Nothing comes from the server any more" }).waitFor();
  server.lab.child.kill("SIGCONT");
  await page.locator('#status[data-state="live"]').waitFor({ timeout: longMs });
  await page.locator("#notice").waitFor({ state: "hidden" });
  assert.deepEqual(faults(complaints), []);
});

/** A proxy that can let its connections hang: they stay open, and nothing passes any more. */
async function startProxy(t: TestContext, port: number) {
  const pairs: Socket[] = [];
  const proxy: Server = createServer((near) => {
    const far = dial(port, "127.0.0.1");
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on("error", () => to.destroy()).on("close", () => to.destroy());
      from.pipe(to);
      pairs.push(from);
    }
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    for (const socket of pairs) socket.destroy();
    proxy.close();
  });
  const hang = () => {
    for (const socket of pairs.splice(0)) socket.unpipe().pause();
  };
  return { port: (proxy.address() as { port: number }).port, hang };
}

test("apm page leaves a half-open connection, and is live on another one", async (t) => {
  const server = await startApmServer(t);
  const proxy = await startProxy(t, server.port);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(`http://127.0.0.1:${proxy.port}/`);
  await page.locator('#status[data-state="live"]').waitFor();
  proxy.hang();
  await page.locator('#status:not([data-state="live"])').waitFor();
  await page.locator('#status[data-state="live"]').waitFor({ timeout: longMs });
  const publisher = await publishTo(t, server);
  await publisher.sample({ color: "red", name: "red-app" });
  await row(page, "red-app").waitFor();
  assert.deepEqual(faults(complaints), []);
});

test("apm page says what to do when the server wants another token", async (t) => {
  const port = await freePort();
  const start = (token: string) => startApmServer(t, [], { port, env: { LAB_TOKEN: token } });
  const server = await start("correct-horse");
  await using watched = await openPage(chromium.browser);
  const { page } = watched;
  await page.goto(`${server.url}/?token=correct-horse`);
  await page.locator('#status[data-state="live"]').waitFor();
  await server.lab.stop("SIGKILL");
  await start("battery-staple");
  await page.locator("#notice", { hasText: "open the page once as /?token=…" }).waitFor({ timeout: longMs });
  assert.equal(await page.locator("#status-text").textContent(), "Not admitted");
});

test("apm page tells rejected messages: how many, which field, what came and from whom", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await row(page, "gray").waitFor();
  await publisher.sample({ name: "<b>billing", cpu: "5" as unknown as number });
  await publisher.sample({ name: "<b>billing", color: "redd\u202e" });
  await page
    .locator("#rejected", {
      hasText:
        /^2 messages were rejected, the last one \(name "<b>billing", color "redd\\u202e"\): color must be a CSS colour name, #rgb or #rrggbb, got "redd\\u202e"\.$/,
    })
    .waitFor();
  const notes = server.lab.stderr.filter((line) => line.startsWith("Rejected"));
  assert.equal(
    notes[0],
    'Rejected a message (name "<b>billing", color "red"): cpu must be a number from 0 to 102400, got "5"',
  );
  const { type, reason, field, expected, got } = server.lab.objects.find(({ type }) => type === "rejected") ?? {};
  assert.deepEqual(
    [type, reason, field, expected, got],
    ["rejected", "field", "cpu", "a number from 0 to 102400", '"5"'],
  );
  assert.deepEqual(complaints, []);
});

test("apm page follows the wall clock over a suspension, and leaves a gap", async (t) => {
  const step = `const now = Date.now; process.on("SIGUSR2", () => { Date.now = () => now() + 3600_000 })`;
  const server = await startApmServer(t, [], {
    nodeArgs: ["--import", `data:text/javascript,${encodeURIComponent(step)}`],
  });
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await row(page, "gray").waitFor();
  const report = async () => {
    for (let i = 0; i < 24; i++) {
      await publisher.sample({ color: "red", id: "r", name: "red-app", mem: 40 });
      await sleep(250);
    }
  };
  await report();
  await drawn(page, "mem", "#ff0000", 50);
  const before = await widthOf(page, "mem", "#ff0000");
  server.lab.child.kill("SIGUSR2");
  await until("the jump", async () => (await server.history()).jumps.length === 1);
  await report();
  await until("a gap of an hour, so the older line is out of sight", async () => {
    const width = await widthOf(page, "mem", "#ff0000");
    return width > 0 && width < before * 1.6;
  });
  assert.deepEqual(complaints, []);
});
