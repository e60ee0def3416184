/**
 * `node scripts/apm-picture.js`: docs/apm.png, the last minute of three real apps, as a real Chromium shows it. The server
 * and the apps are those of bin/lab.js.
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "../dist/test/support/browser.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const [collect, port] = ["tcp://127.0.0.1:25555", "28088"];
const started = [];
const lab = (...args) =>
  started.push(spawn(process.execPath, ["bin/lab.js", "apm", ...args], { cwd: root, stdio: "ignore" }));
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const { browser, close } = await launchBrowser();
try {
  lab("server", "--port", port, "--collect", collect);
  lab("app", "--connect", collect, "--color", "crimson", "--name", "checkout");
  lab("app", "--connect", collect, "--color", "royalblue", "--name", "search", "--leak", "300000");
  lab("app", "--connect", collect, "--color", "seagreen", "--name", "mailer", "--load", "thread");
  await wait(62_000);
  const page = await browser.newPage({ viewport: { width: 1200, height: 720 }, colorScheme: "light" });
  await page.goto(`http://127.0.0.1:${port}/`);
  await wait(2000);
  await page.screenshot({ path: `${root}docs/apm.png` });
} finally {
  await close();
  for (const child of started) child.kill();
}
