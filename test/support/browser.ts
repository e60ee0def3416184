import { after, before } from "node:test";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { findChromium } from "../../src/labs/news/render/find-chromium.js";
import { quietFlags } from "../../src/labs/news/render/launch.js";

const flags = ["--no-sandbox", ...quietFlags];

/** The Chromium that `lab news --render chromium` takes, or why there is none. */
const found = await findChromium(new AbortController().signal).catch((error: Error) => error);

/** For `{ skip }`: the reason why tests in a real browser cannot run here, or false. */
export const noChromium = found instanceof Error && found.message;

/** Launch a real Chromium. */
export async function launchBrowser(): Promise<{ browser: Browser; close(): Promise<void> }> {
  if (found instanceof Error) throw found;
  const env = { ...(process.env as Record<string, string>), ...found.env };
  const browser = await chromium.launch({ executablePath: found.path, env, args: flags });
  return { browser, close: () => browser.close() };
}

/** A real Chromium for the tests of one file, from the first of them to the last. */
export function useBrowser(): { readonly browser: Browser } {
  let launched: Awaited<ReturnType<typeof launchBrowser>>;
  before(async () => {
    launched = await launchBrowser();
  });
  after(() => launched.close());
  return {
    get browser() {
      return launched.browser;
    },
  };
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
