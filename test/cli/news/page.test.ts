import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { openPage, useBrowser } from "../../support/browser.js";
import { temporaryFolder } from "../../support/files.js";
import { lab } from "../../support/lab.js";
import { servePages } from "../../support/news/serve-pages.js";
import { html, type TestPage } from "../../support/news/test-page.js";

const chromium = useBrowser();

const titles = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `</a></li></ol><style>*{display:none}</style>`,
];
const hostile: TestPage = {
  name: "hostile",
  body: html(
    titles.map((title, nth) => `<h2><a href="/${nth}?'&quot;>">${title.replaceAll("<", "&lt;")}</a></h2>`).join(""),
  ),
  expected: [],
};
const other: TestPage = { ...hostile, body: `<title>&lt;b>Other&lt;/b></title><h2><a href="/a">Plain</a></h2>` };

test("the page of lab news shows hostile titles as text, in a column and a colour per site", async (t) => {
  await using served = await servePages([hostile, other]);
  const path = temporaryFolder(t)("news.html");
  const sites = [...served.urls.map(String), "http://127.0.0.1:1/"];
  assert.equal((await lab(["news", "--out", path, "--site", ...sites])).exitCode, 1);
  const colors: string[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    await using opened = await openPage(chromium.browser, { colorScheme });
    const { page, complaints } = opened;
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    await page.goto(pathToFileURL(path).href);
    assert.deepEqual(await page.locator("section:first-child li a").allTextContents(), titles);
    assert.deepEqual(await page.locator("h2").allTextContents(), ["Test", "<b>Other</b>", "127.0.0.1:1"]);
    assert.equal(await page.locator("script, img, iframe, form").count(), 0);
    assert.equal(await page.locator("section:nth-child(3) .failed strong").textContent(), "refused");
    const boxes = await Promise.all((await page.locator("section").all()).map((section) => section.boundingBox()));
    assert.equal(new Set(boxes.map((box) => box?.x)).size, 3);
    const styles = await page
      .locator("section")
      .evaluateAll((sections) =>
        sections.map((section) => (globalThis as unknown as PageWindow).getComputedStyle(section).borderTopColor),
      );
    colors.push(...styles);
    assert.deepEqual(complaints, []);
  }
  assert.equal(new Set(colors).size, 6, colors.join(" "));
});

/** The part of the DOM used above; the tests are compiled without DOM types. */
interface PageWindow {
  getComputedStyle(element: unknown): { borderTopColor: string };
}
