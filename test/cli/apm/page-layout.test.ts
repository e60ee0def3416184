import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import type { Page } from "playwright-core";
import { row } from "../../support/apm-page.js";
import { startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { openPage, useBrowser } from "../../support/browser.js";
import { publishTo } from "../../support/publisher.js";

const test = testAtOnce(3);

const chromium = useBrowser();

/** The pixels by which the table is wider than its card, and the page wider than the window. */
function tooWide(page: Page): Promise<[number, number]> {
  return page.evaluate(`{
    const card = document.getElementById("legend");
    [card.scrollWidth - card.clientWidth, document.documentElement.scrollWidth - innerWidth];
  }`);
}

test("apm page fits its window at 375, 1280 and 1920 pixels", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  const figures = { cpu: 1023.4, mem: 12_345.6, lag: 1234.5, unsent: 1234, host: "atlas.example", pid: 123_456 };
  await publisher.sample({ id: "a", name: "checkout-service", ...figures });
  await publisher.sample({ id: "b", name: "python3 train.py", ...figures, wait: 999.9 });
  for (const width of [375, 1280, 1920]) {
    await using watched = await openPage(chromium.browser, { viewport: { width, height: 900 } });
    const { page, complaints } = watched;
    await page.goto(server.url);
    await row(page, "train.py").waitFor();
    assert.deepEqual(await tooWide(page), [0, 0], `${width} px`);
    assert.deepEqual(complaints, []);
  }
});

test("apm page works below a path of a proxy", async (t) => {
  const server = await startApmServer(t, [], { env: { LAB_TOKEN: "correct-horse" } });
  const proxy = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "";
    if (!path.startsWith("/tools/apm/")) return void outgoing.writeHead(404).end();
    const headers = { ...incoming.headers, host: `127.0.0.1:${server.port}` };
    for (const name of ["origin", "sec-fetch-site"] as const) delete (headers as Record<string, unknown>)[name];
    const onward = request({ port: server.port, host: "127.0.0.1", path: path.slice("/tools/apm".length), headers });
    onward.on("response", (reply) => {
      outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(outgoing);
    });
    outgoing.on("close", () => onward.destroy());
    onward.on("error", () => outgoing.destroy()).end();
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  t.after(() => proxy.close());
  t.after(() => proxy.closeAllConnections());
  const { port } = proxy.address() as { port: number };
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(`http://127.0.0.1:${port}/tools/apm/?token=correct-horse`);
  assert.equal(page.url(), `http://127.0.0.1:${port}/tools/apm/`);
  await page.locator('#status[data-state="live"]').waitFor();
  assert.deepEqual(complaints, []);
});

test("apm page writes the figures of an ended app with enough contrast, light and dark", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ id: "a", name: "over", closing: true });
  for (const colorScheme of ["light", "dark"] as const) {
    await using watched = await openPage(chromium.browser, { colorScheme });
    const { page } = watched;
    await page.goto(server.url);
    await row(page, "over").and(page.locator('[data-state="ended"]')).waitFor();
    const ratio = await page.evaluate<number>(`(async () => {
      const { contrast } = await import("./contrast.js");
      const { rgb } = await import("./theme.js");
      const cell = document.querySelector('tr[data-state="ended"] td');
      if (getComputedStyle(cell).opacity !== "1") return 0;
      const card = getComputedStyle(document.getElementById("legend")).backgroundColor;
      return contrast(rgb(getComputedStyle(cell).color), rgb(card));
    })()`);
    assert.ok(ratio >= 4.5, `${colorScheme}: ${ratio}`);
  }
});
