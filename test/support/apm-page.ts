import type { TestContext } from "node:test";
import type { Page } from "playwright-core";
import { pixelsOf } from "./browser.js";
import { startLab } from "./running-lab.js";
import { until } from "./until.js";

/** The text of a cell in an app's row, by column number. */
export async function cell(page: Page, app: string, column: number): Promise<string> {
  return (await row(page, app).locator("th, td").nth(column).textContent()) ?? "";
}

/** The row of an app. */
export function row(page: Page, app: string) {
  return page.locator("#rows tr", { hasText: app });
}

/** Wait until a chart has at least `least` pixels of a colour, or none if `least` is 0. */
export async function drawn(page: Page, chart: string, color: string, least: number): Promise<void> {
  await until(`${least} pixels of ${color} in ${chart}`, async () => {
    const count = await pixelsOf(page, chart, color);
    return least === 0 ? count === 0 : count >= least;
  });
}

/** Start an app whose first two samples are sent. */
export async function startReportingApp(t: TestContext, { collect }: { collect: string }, ...args: string[]) {
  const app = startLab(t, ["apm", "app", "--json", "--connect", collect, "--interval", "250ms", ...args]);
  await app.line(/"type":"sample".*"seq":1,/);
  return app;
}

/** Complaints without those of Chromium about an unreachable server, which are no fault of the page. */
export function faults(complaints: readonly string[]): string[] {
  return complaints.filter((text) => !/^Failed to load resource: net::ERR_/.test(text));
}

/** The middle of the row of a chart with the most pixels of exactly this colour, relative to the window: a level line. */
export async function levelOf(page: Page, chart: string, color: string): Promise<{ x: number; y: number }> {
  const rows = new Map<number, [x: number, y: number][]>();
  for (const pixel of await pixelsAt(page, chart, color)) rows.set(pixel[1], [...(rows.get(pixel[1]) ?? []), pixel]);
  const [line = []] = [...rows.values()].sort((a, b) => b.length - a.length);
  const [x, y] = line[line.length >> 1] ?? [0, 0];
  const box = await page.locator(`#${chart} canvas`).boundingBox();
  return { x: (box?.x ?? 0) + x + 0.5, y: (box?.y ?? 0) + y + 0.5 };
}

/** The part of a chart's height that has pixels of a red tint: a line alone has next to nothing. */
export async function redHeight(page: Page, chart: string): Promise<number> {
  return page.evaluate((id) => {
    const { document } = globalThis as unknown as { document: { querySelector(selector: string): unknown } };
    const canvas = document.querySelector(`#${id} canvas`) as CanvasLike | null;
    if (!canvas) return 0;
    const { width, height } = canvas;
    const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
    const rows = new Set<number>();
    for (let i = 0; i < data.length; i += 4) {
      const [red = 0, green = 0, blue = 0] = data.subarray(i, i + 3);
      if (red - Math.max(green, blue) > 30) rows.add(Math.floor(i / 4 / width));
    }
    return rows.size / height;
  }, chart);
}

function pixelsAt(page: Page, chart: string, color: string): Promise<[x: number, y: number][]> {
  return page.evaluate(
    ([id, wanted]) => {
      const { document } = globalThis as unknown as { document: { querySelector(selector: string): unknown } };
      const canvas = document.querySelector(`#${id} canvas`) as CanvasLike | null;
      if (!canvas) return [];
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt((wanted ?? "").slice(at, at + 2), 16));
      const found: [number, number][] = [];
      for (let i = 0; i < data.length; i += 4)
        if (data[i] === red && data[i + 1] === green && data[i + 2] === blue)
          found.push([(i / 4) % width, Math.floor(i / 4 / width)]);
      return found;
    },
    [chart, color],
  );
}

/** The part of a canvas used above; the tests are compiled without DOM types. */
interface CanvasLike {
  width: number;
  height: number;
  getContext(kind: "2d"): { getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray } };
}
