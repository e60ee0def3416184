import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { ExitError } from "../../../concurrency/index.js";
import { type Chromium, unpackChromium } from "./packed-chromium.js";

const usual = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * The Chromium of LAB_CHROMIUM, else the system's, else that of the package @sparticuz/chromium. Rejects with
 * ExitError(3) if there is none.
 */
export async function findChromium(signal: AbortSignal, env: NodeJS.ProcessEnv = process.env): Promise<Chromium> {
  const { LAB_CHROMIUM: named } = env;
  if (named) {
    if (await isProgram(named)) return { path: named, env: {} };
    throw new ExitError(3, `LAB_CHROMIUM names no program: ${named}`);
  }
  for (const path of usual) if (await isProgram(path)) return { path, env: {} };
  const packed = await unpackChromium(signal, env);
  if (packed) return packed;
  throw new ExitError(3, "no Chromium here: install one (Debian: chromium), or npm install @sparticuz/chromium");
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
