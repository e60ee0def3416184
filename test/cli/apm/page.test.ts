import "../../support/hygiene.js";
import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { sleep } from "../../../src/concurrency/index.js";
import { cell, drawn, faults, row, startReportingApp } from "../../support/apm-page.js";
import { type ApmServer, startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { openPage, useBrowser, widthOf } from "../../support/browser.js";
import { freePort } from "../../support/free-port.js";
import { publishTo } from "../../support/publisher.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

const chromium = useBrowser();

const [red, blue] = ["#ff0000", "#0000ff"];

test("apm page draws two apps, also after a restart of the server", async (t) => {
  const collect = `tcp://127.0.0.1:${await freePort()}`;
  const port = await freePort();
  const server = await startApmServer(t, [], { collect, port });
  await Promise.all([
    startReportingApp(t, server, "--color", "red", "--name", "red-app"),
    startReportingApp(t, server, "--color", "blue", "--name", "blue-app"),
  ]);
  await server.reaches("lab_samples_total", 8);

  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  const start = performance.now();
  await page.goto(server.url);
  for (const chart of ["cpu", "mem", "lag"]) {
    for (const color of [red, blue]) await drawn(page, chart, color, 10);
  }
  assert.ok(performance.now() - start < 5000, "within five seconds, with the samples the server knew already");
  await showsItsValues(page, server, "red-app");
  await showsItsValues(page, server, "blue-app");
  assert.equal(await page.locator("#status-text").textContent(), "Live");
  assert.deepEqual(complaints, []);

  await server.lab.stop("SIGKILL");
  await page.locator("#notice", { hasText: "this page goes on by itself" }).waitFor();
  await row(page, "red-app").locator(".mark", { hasText: "stale" }).waitFor();
  const again = await startApmServer(t, [], { collect, port });
  await page.locator('#status[data-state="live"]').waitFor();
  await page.locator("#notice").waitFor({ state: "hidden" });
  await row(page, "red-app").and(page.locator('[data-state="live"]')).waitFor();
  await showsItsValues(page, again, "red-app");
  await showsItsValues(page, again, "blue-app");
  assert.deepEqual(faults(complaints), []);
});

/** Wait until the legend has the current values of the server. */
async function showsItsValues(page: Page, server: ApmServer, name: string): Promise<void> {
  await until(`the values of ${name}`, async () => {
    const last = (await server.history()).series.find((series) => series.name === name);
    const [cpu, mem, lost] = [await cell(page, name, 1), await cell(page, name, 2), await cell(page, name, 4)];
    if (!last || cpu !== last.cpu.toFixed(1) || mem !== last.mem.toFixed(1)) return false;
    assert.equal(lost, String(last.lost));
    assert.match(await cell(page, name, 0), new RegExp(`${last.host} · pid ${last.pid}`));
    return true;
  });
}

test("apm page says how to start an app, and shows names as plain text", async (t) => {
  const server = await startApmServer(t);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await page.locator("#empty", { hasText: "lab apm app --color red" }).waitFor();
  const publisher = await publishTo(t, server);
  const name = '<img src=x onerror="document.title=1">';
  await publisher.sample({ color: "red", id: "one", name });
  await row(page, name).waitFor();
  assert.equal(await page.locator("#empty").isVisible(), false);
  assert.equal(await page.locator("#rows img").count(), 0);
  assert.deepEqual(complaints, []);
});

test("apm page draws in a browser with the unknown locale of POSIX", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.addInitScript(`Object.defineProperty(Navigator.prototype, "language", { get: () => "en-US@posix" })`);
  await page.goto(server.url);
  await row(page, "gray").waitFor();
  for (let i = 0; i < 8; i++) {
    await publisher.sample({ color: "red", id: "r", name: "red-app", cpu: 40 + i });
    await sleep(400);
  }
  await drawn(page, "cpu", red, 10);
  assert.deepEqual(complaints, []);
});

test("apm page runs no script but the server's own, by its CSP", async (t) => {
  const server = await startApmServer(t);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await page.locator('#status[data-state="live"]').waitFor();
  assert.deepEqual(complaints, []);
  await page.evaluate(`{
    const script = document.createElement("script");
    script.textContent = "document.title = 'owned'";
    document.body.append(script);
    const link = document.createElement("div");
    link.setAttribute("onclick", "document.title = 'owned'");
    document.body.append(link);
    link.click();
  }`);
  assert.equal(await page.title(), "lab apm");
  assert.ok(
    complaints.length >= 2 && complaints.every((text) => /Content Security Policy/.test(text)),
    complaints.join(),
  );
});

test("apm page can hide, pause, change range and hover, by mouse and keyboard", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  for (let i = 0; i < 8; i++) {
    await publisher.sample({ color: "red", id: "r", name: "red-app", cpu: 40 + i, lag: 1 });
    await publisher.sample({ color: "blue", id: "b", name: "blue-app", cpu: 20, mem: 40, lag: 1 });
    await sleep(400);
  }
  for (const color of [red, blue]) await drawn(page, "cpu", color, 10);

  await row(page, "red-app").locator("button").focus();
  await page.keyboard.press("Enter");
  await drawn(page, "cpu", red, 0);
  assert.equal(await row(page, "red-app").locator("button").getAttribute("aria-pressed"), "false");
  await drawn(page, "cpu", blue, 10);
  await row(page, "red-app").locator("button").click();
  await drawn(page, "cpu", red, 10);

  await page.getByRole("button", { name: "Pause" }).click();
  await page.mouse.move(2, 2);
  await sleep(2000); // later samples are outside the chart
  const before = await page.locator("main").screenshot();
  await publisher.sample({ color: "blue", id: "b", name: "blue-app", cpu: 90, mem: 40 });
  await publisher.sample({ color: "green", id: "g", name: "green-app" });
  await server.reaches("lab_samples_total", 19);
  await sleep(2000); // longer than any redraw
  assert.ok(before.equals(await page.locator("main").screenshot()), "charts and table do not change in a pause");
  await page.getByRole("button", { name: "Go on" }).click();
  await row(page, "blue-app").locator("td", { hasText: "90.0" }).waitFor();
  await row(page, "green-app").waitFor();

  await page.locator("#cpu").focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
  await page.locator("#when[data-past]", { hasText: /^at \d\d:\d\d:\d\d$/ }).waitFor();
  assert.match((await page.locator("#cpu").getAttribute("aria-valuetext")) ?? "", /^\d\d:\d\d:\d\d$/);
  await page.keyboard.press("Escape");
  await page.locator("#when", { hasText: "last values" }).waitFor();
  await page.keyboard.press("ArrowLeft");
  await page.locator("#when[data-past]").waitFor();
  await page.locator("#cpu").blur();
  await page.locator("#when", { hasText: "last values" }).waitFor();

  await drawn(page, "mem", blue, 10);
  const wide = await widthOf(page, "mem", blue);
  await page.getByText("15 min").click();
  await until("a shorter line", async () => (await widthOf(page, "mem", blue)) < wide / 4);
  assert.deepEqual(complaints, []);
});

test("apm page disconnects while hidden, and catches up when shown again", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await row(page, "gray").waitFor();
  await setHidden(page, true);
  while ((await server.metric("lab_sse_clients")) > 0) await sleep(50);
  for (let i = 0; i < 6; i++) {
    await publisher.sample({ color: "red", id: "r", name: "red-app", cpu: 30, mem: 40 + i * 5 });
    await sleep(500);
  }
  assert.equal(await row(page, "red-app").count(), 0);
  await setHidden(page, false);
  await row(page, "red-app").waitFor();
  await drawn(page, "mem", red, 20); // the line of three hidden seconds
  assert.deepEqual(complaints, []);
});

test("apm page is live in the visible one of nine tabs", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const first = watched.page;
  const tabs = [first];
  for (let i = 0; i < 8; i++) tabs.push(await first.context().newPage());
  for (const tab of tabs) {
    await tab.goto(server.url);
    await tab.locator('#status[data-state="live"]').waitFor();
    if (tab !== tabs.at(-1)) await setHidden(tab, true);
  }
  await publisher.sample({ color: "red", id: "r", name: "red-app" });
  await row(tabs.at(-1) as Page, "red-app").waitFor();
});

async function setHidden(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`{
    Object.defineProperty(document, "hidden", { configurable: true, value: ${hidden} });
    document.dispatchEvent(new Event("visibilitychange"));
  }`);
}

test("apm page says that the feed was refused, and asks for it again", async (t) => {
  const server = await startApmServer(t);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.route("**/feed", (route) => route.fulfill({ status: 503 }), { times: 1 });
  await page.goto(server.url);
  await page.locator('#status[data-state="lost"]').waitFor();
  await page.locator('#status[data-state="live"]').waitFor();
  assert.deepEqual(
    complaints.filter((text) => !text.includes("503")),
    [],
  );
});

test("/feed works with a page of a dozen lines, but not across origins", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  const dozen = `<!doctype html>
    <title>A dozen lines</title>
    <pre id="log"></pre>
    <script>
      const source = new EventSource("/feed");
      source.onmessage = (e) => {
        const { color, cpu, mem } = JSON.parse(e.data);
        document.getElementById("log").textContent += color + " " + cpu + " " + mem + "\\n";
      };
    </script>`;
  await page.route(`${server.url}/dozen.html`, (route) => route.fulfill({ contentType: "text/html", body: dozen }));
  await page.goto(`${server.url}/dozen.html`);
  while ((await server.metric("lab_sse_clients")) < 1) await sleep(50);
  await publisher.sample({ color: "teal", cpu: 1.5, mem: 2.5 });
  await page.locator("#log", { hasText: "teal 1.5 2.5" }).waitFor();
  assert.deepEqual(complaints, []);

  await using other = await openPage(chromium.browser);
  const foreign = other.page;
  await foreign.route("http://other.example/", (route) => route.fulfill({ contentType: "text/html", body: "<p>" }));
  await foreign.goto("http://other.example/");
  const read = await foreign.evaluate(`fetch("${server.url}/api/series").then(() => "read", () => "kept out")`);
  assert.equal(read, "kept out", "another site cannot read it");
});

test("apm page takes the token from its address once, then from a cookie", async (t) => {
  const port = await freePort();
  const start = () => startApmServer(t, [], { port, env: { LAB_TOKEN: "correct-horse" } });
  const server = await start();
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(`${server.url}/?token=correct-horse`);
  await page.locator('#status[data-state="live"]').waitFor();
  assert.equal(page.url(), `${server.url}/`);
  await server.lab.stop("SIGKILL");
  await page.locator('#status[data-state="lost"]').waitFor();
  await start();
  await page.locator('#status[data-state="live"]').waitFor();
  assert.deepEqual(faults(complaints), []);
});

test("apm page says that nothing comes from a stopped server", async (t) => {
  const server = await startApmServer(t);
  await startReportingApp(t, server, "--color", "red", "--name", "red-app");
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await page.locator('#status[data-state="live"]').waitFor();
  server.lab.child.kill("SIGSTOP");
  await page.locator('#status[data-state="silent"]', { hasText: /^Connected, but nothing new for \d+ s$/ }).waitFor();
  server.lab.child.kill("SIGCONT");
  await page.locator('#status[data-state="live"]', { hasText: /^Live$/ }).waitFor();
  assert.deepEqual(complaints, []);
});

test("apm page shows current values after a restart with an earlier clock", async (t) => {
  const hourBack = `data:text/javascript,${encodeURIComponent(`
    Object.defineProperty(performance, "timeOrigin", { value: performance.timeOrigin - 3600e3 });`)}`;
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await publisher.sample({ color: "red", name: "red-app", cpu: 11 });
  await row(page, "red-app").locator("td", { hasText: "11.0" }).waitFor();
  await server.lab.stop("SIGKILL");
  const { collect, port } = server;
  const again = await startApmServer(t, [], { collect, port, nodeArgs: ["--import", hourBack] });
  const second = await publishTo(t, again);
  await page.locator('#status[data-state="live"]').waitFor();
  await second.sample({ color: "red", name: "red-app", cpu: 77 });
  await row(page, "red-app").locator("td", { hasText: "77.0" }).waitFor();
  assert.deepEqual(faults(complaints), []);
});

test("apm page asks for a refused history again, and shows the address for apps", async (t) => {
  const server = await startApmServer(t);
  await using watched = await openPage(chromium.browser);
  const { page } = watched;
  let asked = 0;
  await page.route("**/api/series*", (route) => (++asked === 1 ? route.fulfill({ status: 503 }) : route.continue()));
  await page.goto(server.url);
  await page.locator("#empty", { hasText: `lab apm app --color red --connect ${server.collect}` }).waitFor();
  await until("a second request", async () => asked === 2);
});
