import type { Browser, LaunchOptions } from "playwright-core";
import { ExitError } from "../../../concurrency/index.js";
import { findChromium } from "./find-chromium.js";
import type { Chromium } from "./packed-chromium.js";

export interface Launched {
  browser: Browser;
  /** Why it runs without its sandbox; undefined if it has one. */
  unsafe: string | undefined;
  /** End it at once, with its processes. Harmless once it has ended. */
  kill(): void;
}

/** For a Chromium that nobody sits at: it asks the network for nothing of its own. */
export const quietFlags = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const flags = [
  ...quietFlags,
  "--block-new-web-contents", // window.open() returns null
  "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1", // the proxy of a page looks its names up
  "--webrtc-ip-handling-policy=disable_non_proxied_udp", // full Chromium and Chrome: else WebRTC goes past the proxy
  "--force-webrtc-ip-handling-policy=disable_non_proxied_udp", // the same for chrome-headless-shell
  "--js-flags=--max-old-space-size=512", // MiB of a page's objects, then it crashes
];

/**
 * Start a Chromium that ends with this process, however that ends: it reads its orders from a pipe, and leaves when the
 * pipe breaks. Rejects with ExitError(3) if it, or playwright-core, is not installed, and with ExitError(1) if it does
 * not start. Cancellation: ends it once it has started, and rejects with `signal.reason`.
 */
export async function launchChromium(signal: AbortSignal): Promise<Launched> {
  const launch = await loadLaunch();
  const chromium = await findChromium(signal);
  const { browser, unsafe } = await withOrWithoutSandbox((chromiumSandbox) =>
    launch({ ...settings(chromium), chromiumSandbox }),
  ).catch((error) => {
    throw new ExitError(1, `${chromium.path} does not start: ${reasonOf(error)}`);
  });
  const pid = await pidOrClose(browser).catch((error) => {
    throw new ExitError(1, `${chromium.path} does not start: ${reasonOf(error)}`);
  });
  if (signal.aborted) await browser.close();
  signal.throwIfAborted();
  return { browser, unsafe, kill: () => browser.isConnected() && killGroup(pid) };
}

async function loadLaunch(): Promise<(options: LaunchOptions) => Promise<Browser>> {
  try {
    const { chromium } = await import("playwright-core");
    return (options) => chromium.launch(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new ExitError(3, "--render chromium needs playwright-core: npm install playwright-core");
  }
}

function settings({ path, env }: Chromium): LaunchOptions {
  return {
    executablePath: path,
    env: { ...(process.env as Record<string, string>), ...env },
    args: flags,
    ignoreDefaultArgs: ["--disable-popup-blocking"],
    handleSIGINT: false, // our own signal closes it
    handleSIGTERM: false,
    handleSIGHUP: false,
  };
}

/** The browser's process. A browser that does not tell it is closed. */
export async function pidOrClose(browser: Browser): Promise<number | undefined> {
  try {
    return await pidOf(browser);
  } catch (error) {
    await browser.close();
    throw error;
  }
}

async function pidOf(browser: Browser): Promise<number | undefined> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.find(({ type }) => type === "browser")?.id;
}

/** Playwright makes it the leader of a group, and all its processes belong to that group. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined || pid <= 0) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // it has just ended
  }
}

/** Root cannot have Chromium's sandbox. Some containers and distributions refuse it to everybody. */
async function withOrWithoutSandbox(
  launch: (sandbox: boolean) => Promise<Browser>,
): Promise<Pick<Launched, "browser" | "unsafe">> {
  if (process.getuid?.() === 0) return { browser: await launch(false), unsafe: "root cannot have it" };
  try {
    return { browser: await launch(true), unsafe: undefined };
  } catch (error) {
    if (!/sandbox/i.test((error as Error).message)) throw error;
    return { browser: await launch(false), unsafe: "this system refuses it" };
  }
}

/** The first line that says something; the log of the browser follows. */
function reasonOf(error: Error): string {
  const lines = error.message.split("\n").map((line) => line.replace(/^.*?\[err\] /, "").trim());
  return lines.find((line) => /error while loading|ENOENT|EACCES|cannot |FATAL/i.test(line)) ?? lines[0] ?? "";
}
