import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const system = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A real Chromium: the system's, else the one in the package @sparticuz/chromium, unpacked for this process alone. */
export async function launchBrowser(): Promise<{ browser: Browser; close(): Promise<void> }> {
  if (system) {
    const browser = await chromium.launch({ executablePath: system, args: flags });
    return { browser, close: () => browser.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), "lab-chromium-"));
  const { TMPDIR } = process.env;
  Object.assign(process.env, { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x", TMPDIR: folder }); // so that it unpacks its libraries
  const { default: packed } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  const browser = await chromium.launch({ executablePath, args: [...flags, "--headless"] });
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  return {
    browser,
    async close() {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A page that keeps what it complained of: exceptions, console errors, whatever the CSP kept out. */
export interface WatchedPage {
  page: Page;
  complaints: string[];
}

/** Closed with the test. */
export async function openPage(
  t: TestContext,
  browser: Browser,
  opts: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...opts });
  t.after(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return { page, complaints };
}

/** How many pixels of a chart are of just that colour, `#rrggbb`. */
export function pixelsOf(page: Page, chart: string, color: string): Promise<number> {
  return page.evaluate(
    ([id, wanted]) => {
      const { document } = globalThis as unknown as { document: PageDocument };
      const canvas = document.querySelector(`#${id} canvas`);
      if (!canvas) return 0;
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt((wanted ?? "").slice(at, at + 2), 16));
      let count = 0;
      for (let i = 0; i < data.length; i += 4) {
        if (data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255) count++;
      }
      return count;
    },
    [chart, color],
  );
}

/** As much of the DOM as is needed above; the tests are compiled without it. */
interface PageDocument {
  querySelector(selector: string): {
    width: number;
    height: number;
    getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } };
  } | null;
}
