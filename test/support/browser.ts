import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

/**
 * Launch a real Chromium: the system's, or else the one in the package @sparticuz/chromium. The packaged one is
 * unpacked for this process alone.
 */
export async function launchBrowser(): Promise<{ browser: Browser; close(): Promise<void> }> {
  if (system) {
    const browser = await chromium.launch({ executablePath: system, args: flags });
    return { browser, close: () => browser.close() };
  }
  const folder = mkdtempSync(join(tmpdir(), "lab-chromium-"));
  const { TMPDIR } = process.env;
  Object.assign(process.env, { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x", TMPDIR: folder }); // makes the package unpack its libraries
  const { default: packed } = await import("@sparticuz/chromium");
  const executablePath = await packed.executablePath();
  writeFileSync(join(folder, "fonts", "fonts.conf"), fontsIn(join(folder, "fonts", "fonts"), join(folder, "cache")));
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

/**
 * A configuration for fontconfig. The package's own file looks for fonts in /tmp. Without fonts, every text has no size
 * and counts as hidden.
 */
function fontsIn(fonts: string, cache: string): string {
  return `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><dir>/usr/share/fonts</dir><cachedir>${cache}</cachedir></fontconfig>`;
}

/** A page that records its complaints: exceptions and console errors, violations of the CSP included. */
export interface WatchedPage extends AsyncDisposable {
  page: Page;
  complaints: string[];
}

/** Open a page for `await using`: it closes at the end of the test's block. */
export async function openPage(browser: Browser, opts: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...opts });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

/** How many pixels of a chart have exactly this colour, `#rrggbb`. */
export async function pixelsOf(page: Page, chart: string, color: string): Promise<number> {
  return (await columnsOf(page, chart, color)).length;
}

/** The distance in pixels from the leftmost to the rightmost pixel of this colour. */
export async function widthOf(page: Page, chart: string, color: string): Promise<number> {
  const columns = await columnsOf(page, chart, color);
  return columns.length === 0 ? 0 : Math.max(...columns) - Math.min(...columns);
}

/** The column of each pixel of this colour. */
function columnsOf(page: Page, chart: string, color: string): Promise<number[]> {
  return page.evaluate(
    ([id, wanted]) => {
      const { document } = globalThis as unknown as { document: PageDocument };
      const canvas = document.querySelector(`#${id} canvas`);
      if (!canvas) return [];
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt((wanted ?? "").slice(at, at + 2), 16));
      const columns: number[] = [];
      for (let i = 0; i < data.length; i += 4) {
        const same = data[i] === red && data[i + 1] === green && data[i + 2] === blue && data[i + 3] === 255;
        if (same) columns.push((i / 4) % width);
      }
      return columns;
    },
    [chart, color],
  );
}

/** The part of the DOM used above; the tests are compiled without DOM types. */
interface PageDocument {
  querySelector(selector: string): {
    width: number;
    height: number;
    getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } };
  } | null;
}
