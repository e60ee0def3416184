import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { after, before } from "node:test";
import type { Browser } from "playwright-core";
import { sleep } from "../../../src/concurrency/index.js";
import { drawn, lowestOf, redHeight, row } from "../../support/apm-page.js";
import { startApmServer } from "../../support/apm-server.js";
import { testAtOnce } from "../../support/at-once.js";
import { launchBrowser, openPage } from "../../support/browser.js";
import { publishTo } from "../../support/publisher.js";
import { until } from "../../support/until.js";

const test = testAtOnce(3);

let chromium: Awaited<ReturnType<typeof launchBrowser>>;
let browser: Browser;
before(async () => {
  chromium = await launchBrowser();
  browser = chromium.browser;
});
after(() => chromium.close());

const red = "#ff0000";

test("apm page draws the peak of each second, and says it under the pointer and in the table", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await using watched = await openPage(browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await row(page, "gray").waitFor();
  for (let i = 0; i < 40; i++) {
    const first = i % 5 === 0;
    await publisher.sample({ color: "red", cpu: first ? 95 : 5, mem: 100, lag: first ? 800 : 1 });
    await sleep(200);
  }
  await until("a band from 5 to 95 %", async () => (await redHeight(page, "cpu")) > 0.5);
  await page.getByRole("button", { name: "Pause" }).click();
  const { x, y } = await lowestOf(page, "cpu", red);
  const tip = page.locator("#cpu .tip");
  let seconds = 0;
  await until("a second with both values", async () => {
    await page.mouse.move(x + (seconds++ % 5) * 14, y); // on a busy machine a second may have no first sample
    return /red: [\d.]+ % \(5\.0 % to 95\.0 %\)/.test((await tip.textContent()) ?? "");
  });
  const [, last] = /red: ([\d.]+) %/.exec((await tip.textContent()) ?? "") ?? [];
  const cells = row(page, "red").locator("td");
  await until("the same in the table", async () => {
    const [cpu, lag] = [await cells.nth(0).textContent(), await cells.nth(2).textContent()];
    return cpu === last && lag === "800.0"; // the longest delay, not the last one
  });
  assert.equal(await cells.nth(0).getAttribute("data-max"), last === "95.0" ? null : "max 95.0");
  assert.deepEqual(complaints, []);
});

test("apm page draws a lone point, and 15 minutes with every peak", async (t) => {
  const server = await startApmServer(t);
  const publisher = await publishTo(t, server);
  await publisher.sample({ color: "red", cpu: 50 });
  await publisher.sample({ color: "blue", id: "b", cpu: 5, lag: 1 });
  await publisher.sample({ color: "blue", id: "b", cpu: 95, lag: 800 });
  await publisher.sample({ color: "blue", id: "b", cpu: 5, lag: 1 });
  await server.reaches("lab_samples_total", 5);
  await using watched = await openPage(browser);
  const { page, complaints } = watched;
  await page.goto(server.url);
  await drawn(page, "cpu", red, 6);
  await page.getByText("15 min").click();
  const maximum = row(page, "blue").locator("td[data-max]").first();
  await until("the peak in the table", async () => (await maximum.getAttribute("data-max")) === "max 95.0");
  assert.deepEqual(complaints, []);
});
