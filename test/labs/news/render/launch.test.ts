import "../../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { pidOrClose } from "../../../../src/labs/news/render/launch.js";
import { launchBrowser, noChromium } from "../../../support/browser.js";

test("pidOrClose closes a browser that does not tell its process", { skip: noChromium }, async () => {
  const { browser, close } = await launchBrowser();
  try {
    const failure = new Error("no session");
    browser.newBrowserCDPSession = () => Promise.reject(failure);
    await assert.rejects(pidOrClose(browser), (error) => error === failure);
    assert.equal(browser.isConnected(), false);
  } finally {
    await close();
  }
});
