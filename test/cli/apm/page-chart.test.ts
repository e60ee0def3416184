import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { sleep } from "../../../src/concurrency/index.js";
import { drawn, levelOf, redHeight, row } from "../../support/apm-page.js";
import { startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { openPage, useBrowser, widthOf } from "../../support/browser.js";
import { publishTo } from "../../support/publisher.js";
import { unlessBusy } from "../../support/tries.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

const chromium = useBrowser();

const red = "#ff0000";

test("apm page draws the peak of each second, and says it under the pointer and in the table", async (t) => {
  // On a busy machine a pair of samples may fall into two seconds.
  await unlessBusy(t, async () => {
    const server = await startApmServer(t);
    const publisher = await publishTo(t, server);
    await using watched = await openPage(chromium.browser);
    const { page, complaints } = watched;
    await page.goto(server.url);
    await row(page, "gray").waitFor();
    for (let i = 0; i < 24; i++) {
      await publisher.sample({ color: "red", cpu: 95, mem: 100, lag: 800 });
      await publisher.sample({ color: "red", cpu: 5, mem: 100, lag: 1 });
      await sleep(300);
    }
    await until("a band from 5 to 95 %", async () => (await redHeight(page, "cpu")) > 0.6);
    await page.getByRole("button", { name: "Pause" }).click();
    const { x, y } = await levelOf(page, "cpu", red);
    const tip = page.locator("#cpu .tip");
    const cells = row(page, "red").locator("td");
    await page.mouse.move(x, y);
    let seen: (string | null)[] = [];
    let at = 0;
    await until("both values in the tip and in the table", async () => {
      at = (at + 3) % 60; // the red line is some seconds long, and has a tip where its seconds are
      await page.mouse.move(x + at, y);
      const [text, cpu, lag] = [
        await tip.textContent(),
        await cells.nth(0).textContent(),
        await cells.nth(2).textContent(),
      ];
      seen = [text, cpu, await cells.nth(0).getAttribute("data-max"), lag];
      return (
        `${text}`.endsWith("red: 5.0 % (5.0 % to 95.0 %)") && cpu === "5.0" && seen[2] === "max 95.0" && lag === "800.0"
      );
    }).catch((error) => assert.fail(`${error.message}: ${JSON.stringify(seen)}`));
    assert.deepEqual(complaints, []);
  });
});

test("apm page draws a lone point, and 15 minutes with every peak", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ color: "red", cpu: 50 });
  await publisher.sample({ color: "blue", id: "b", cpu: 5, lag: 1 });
  await publisher.sample({ color: "blue", id: "b", cpu: 95, lag: 800 });
  await publisher.sample({ color: "blue", id: "b", cpu: 5, lag: 1 });
  await server.reaches("lab_samples_total", 5);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await drawn(page, "cpu", red, 6);
  await page.getByText("15 min").click();
  const maximum = row(page, "blue").locator("td[data-max]").first();
  await until("the peak in the table", async () => (await maximum.getAttribute("data-max")) === "max 95.0");
  assert.deepEqual(complaints, []);
});

test("apm page tells four apps of one name and colour apart, in the rows and the lines", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  const command = "python3 work.py --fast";
  const apps = [1, 2, 3, 4].map((pid) => ({ id: `app-${pid}`, name: "python3 work.py", pid, host: "atlas", command }));
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  for (let i = 0; i < 12; i++) {
    for (const app of apps) await publisher.sample({ ...app, color: "red", cpu: 20 * app.pid, mem: 100 });
    await sleep(250);
  }
  const rows = page.locator("#rows tr", { hasText: "python3 work.py" });
  await until("four rows", async () => (await rows.count()) === 4);
  const names = await rows.locator(".name").allTextContents();
  assert.deepEqual(
    names,
    [1, 2, 3, 4].map((pid) => `python3 work.py (pid ${pid})`),
  );
  const swatches = await rows
    .locator(".swatch line:not(.edge)")
    .evaluateAll((lines) =>
      lines.map((line) => (line as unknown as { getAttribute(name: string): string }).getAttribute("stroke-dasharray")),
    );
  assert.equal(new Set(swatches).size, 4, swatches.join());
  assert.match(
    (await rows.nth(1).locator("button").getAttribute("title")) ?? "",
    /^Hide python3 work\.py \(pid 2\)\nhost atlas\npid 2\npython3 work\.py --fast\nid:app-2$/,
  );
  await page.getByRole("button", { name: "Pause" }).click();
  const { x, y } = await levelOf(page, "cpu", red);
  await page.mouse.move(x, y);
  await page.locator("#rows tr[data-near]", { hasText: "pid 1" }).waitFor();
  assert.equal(await page.locator("#rows tr[data-near]").count(), 1);
  assert.deepEqual(complaints, []);
});

test("apm page says why there is no lag of a command, and shows its waiting for a processor", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await page.locator("#no-lag", { hasText: "only a program itself can measure its event loop" }).waitFor();
  assert.equal(await page.locator("#wait-chart").isVisible(), false);
  for (let i = 0; i < 8; i++) {
    await publisher.sample({ color: "red", id: "a", name: "make", wait: 40 });
    await sleep(300);
  }
  await drawn(page, "wait", red, 10);
  await until("it in the table", async () => (await row(page, "make").locator("td.wait").textContent()) === "40.0");
  await publisher.sample({ color: "blue", id: "b", name: "app", lag: 5 });
  await page.locator("#lag").waitFor();
  assert.deepEqual(complaints, []);
});

test("apm page keeps the left edge in a long pause, and fills the gap afterwards", async (t) => {
  const server = await startApmServer(t, ["--history", "20s"]);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await row(page, "gray").waitFor();
  const report = async (seconds: number) => {
    for (let i = 0; i < seconds * 4; i++) {
      await publisher.sample({ color: "red", id: "r", name: "red-app", cpu: 30, mem: 40, lag: 1 });
      await sleep(250);
    }
  };
  await report(4);
  await page.getByRole("button", { name: "Pause" }).click();
  await sleep(1200);
  const paused = await page.locator("main").screenshot();
  await report(10);
  assert.ok(paused.equals(await page.locator("main").screenshot()), "after ten seconds of samples");
  await page.getByRole("button", { name: "Go on" }).click();
  await until("a line without a gap", async () => (await widthOf(page, "mem", red)) > (14 / 60) * 550);
  assert.deepEqual(complaints, []);
});

test("apm page marks what happened, in the charts and in a list, each once", async (t) => {
  const server = await startApmServer(t, ["--alert", "mem>500MiB"]);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(chromium.browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await row(page, "gray").waitFor();
  const billing = (fields: object) => publisher.sample({ color: "red", id: "b", name: "billing", mem: 100, ...fields });
  await billing({ seq: 0 });
  await billing({ seq: 1, lag: 800 });
  await billing({ seq: 2, lag: 900 }); // the same block
  await billing({ seq: 5, mem: 600 });
  await page.locator("#rows tr[data-alert]", { hasText: "mem>500MiB" }).waitFor();
  await billing({ seq: 6 });
  await billing({ seq: 7, closing: true, exit_code: 137, exit_signal: "SIGKILL" });
  const items = page.locator("#marks li", { hasText: "billing" });
  await until("the end", async () => /killed by SIGKILL$/.test((await items.first().textContent()) ?? ""));
  const texts = await items.allTextContents();
  assert.deepEqual(texts.map((text) => text.replace(/^\d\d:\d\d:\d\dbilling/, "")).reverse(), [
    "started",
    "event loop blocked for 800 ms",
    "2 samples lost",
    "mem>500MiB",
    "no longer mem>500MiB",
    "killed by SIGKILL",
  ]);
  await until("a mark from top to bottom", async () => (await redHeight(page, "mem")) > 0.3);
  await page.reload();
  await until("the same after a reload", async () => (await items.count()) === texts.length);
  assert.deepEqual(complaints, []);
});
