import type { Rgb } from "./contrast.js";

/** The current colours of style.css for charts, light or dark. */
export interface Theme {
  card: string;
  ink: string;
  muted: string;
  grid: string;
}

export function currentTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const value = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return { card: value("card"), ink: value("ink"), muted: value("muted"), grid: value("grid") };
}

/** Call `changed` when the system turns from light to dark or back. */
export function onThemeChange(changed: () => void): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

const known = new Map<string, Rgb>();

/** Any CSS colour as numbers, by the browser itself. */
export function rgb(color: string): Rgb {
  const found = known.get(color);
  if (found) return found;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 1;
  const context = canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  known.set(color, [red, green, blue]);
  return [red, green, blue];
}
