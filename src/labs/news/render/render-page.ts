import type { Browser, BrowserContext, Page, Route } from "playwright-core";
import { onAbort } from "../../../concurrency/index.js";
import { FetchError } from "../../../http/client/fetch-error.js";
import type { Lookups } from "../../../http/client/lookups.js";
import { dismissDialogs } from "./dismiss-dialogs.js";
import { PageProxy } from "./page-proxy.js";
import type { PrivateHost } from "./private-host.js";
import { readDocument } from "./read-document.js";
import { settled } from "./settled.js";

/** A page as it was fetched. */
export interface SourcePage {
  url: URL;
  html: string;
  /** The host that the page may ask though its addresses are private: that of a site given by the user. */
  own?: PrivateHost | undefined;
  /** The page is done once this CSS selector finds something (default: once its DOM stays as it is for 500 ms). */
  awaits?: string | undefined;
  /** The page runs at least as long, in milliseconds (default: 0). */
  waitMs?: number | undefined;
}

/** A page after its scripts. */
export interface Rendered {
  /** Its URL at the end: scripts may have led elsewhere. */
  url: URL;
  html: string;
}

export interface RenderPageOptions {
  signal: AbortSignal;
  lookups: Lookups;
}

const blocked = new Set(["image", "font", "media"]);

/**
 * Run the scripts of a page in a context of its own, for 8 s at most. The page itself comes from `source`; all else that
 * it asks goes through its PageProxy. Rejects with FetchError: `timeout` if it hangs, `too_large`, or `error` if it
 * crashes. Cancellation: closes the page, and rejects with `signal.reason`.
 */
export async function renderPage(
  browser: Browser,
  source: SourcePage,
  { signal, lookups }: RenderPageOptions,
): Promise<Rendered> {
  signal.throwIfAborted();
  const proxy = await PageProxy.open({ own: source.own, lookups });
  let context: BrowserContext | undefined;
  const forget = onAbort(signal, () => void context?.close().catch(() => {}));
  try {
    context = await browser.newContext({
      acceptDownloads: false,
      serviceWorkers: "block",
      proxy: { server: proxy.url, bypass: "<-loopback>" },
    });
    signal.throwIfAborted();
    return await new RunningPage(await context.newPage(), source).run(signal);
  } catch (error) {
    signal.throwIfAborted();
    throw asFetchError(error);
  } finally {
    forget();
    await context?.close().catch(() => {}); // the browser may be gone
    await proxy.close();
  }
}

class RunningPage {
  readonly #page: Page;
  readonly #source: SourcePage;
  #isAnswered = false;
  #hasCrashed = false;

  constructor(page: Page, source: SourcePage) {
    this.#page = page;
    this.#source = source;
  }

  async run(signal: AbortSignal): Promise<Rendered> {
    const page = this.#page;
    const { url, awaits, waitMs } = this.#source;
    try {
      const session = await page.context().newCDPSession(page);
      await this.#watch();
      await page.route("**/*", (route) => this.#answer(route));
      await page.goto(url.href, { waitUntil: "commit" });
      await settled(page, session, { awaits, waitMs, signal });
      return await readDocument(page, session);
    } catch (error) {
      throw this.#hasCrashed ? new FetchError("error", "the page crashed in the browser") : error;
    }
  }

  /** Dismiss dialogs, close further windows, and the page itself if it crashes. */
  async #watch(): Promise<void> {
    const page = this.#page;
    await dismissDialogs(page);
    page.on("crash", () => {
      this.#hasCrashed = true;
      void page
        .context()
        .close()
        .catch(() => {});
    });
    page.context().on("page", (other) => void other.close().catch(() => {}));
  }

  /** The page itself is there already. Images, fonts and media are left out. */
  async #answer(route: Route): Promise<void> {
    const request = route.request();
    const isSource = !this.#isAnswered && request.isNavigationRequest() && request.frame() === this.#page.mainFrame();
    if (isSource) this.#isAnswered = true;
    const answered = isSource
      ? route.fulfill({ contentType: "text/html; charset=utf-8", body: this.#source.html })
      : blocked.has(request.resourceType())
        ? route.abort()
        : route.continue();
    await answered.catch(() => {}); // the page is gone
  }
}

/** Playwright's errors have many lines, and name its own methods. */
function asFetchError(error: unknown): FetchError {
  if (error instanceof FetchError) return error;
  const [line = ""] = (error as Error).message.split("\n");
  return new FetchError("error", `the browser: ${line.replace(/^[\w.]+: /, "")}`, { cause: error });
}
