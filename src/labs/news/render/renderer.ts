import { Lock, Semaphore } from "../../../concurrency/index.js";
import type { Lookups } from "../../../http/client/lookups.js";
import { type Launched, launchChromium } from "./launch.js";
import { type Rendered, renderPage, type SourcePage } from "./render-page.js";

const mostPages = 4; // rendered at a time
const closeMs = 1000;
const frozenMs = 20_000; // no page takes as long, so the browser itself does not react

export interface RenderOptions {
  signal: AbortSignal;
  lookups: Lookups;
}

/**
 * One Chromium for all sites. Each page gets a context of its own: no other page can look into it. Four pages are
 * rendered at a time, further ones wait. A browser that has crashed is started again for the next page.
 */
export class Renderer {
  #chromium: Launched;
  #closing: Promise<void> | undefined;
  readonly #slots = new Semaphore(mostPages);
  readonly #starting = new Lock();

  private constructor(chromium: Launched) {
    this.#chromium = chromium;
  }

  /** Why the browser runs without its sandbox; undefined if it has one. */
  get unsafe(): string | undefined {
    return this.#chromium.unsafe;
  }

  /** Start the browser. Rejects with ExitError(3) if it, or playwright-core, is not installed. The caller closes it. */
  static async open(signal: AbortSignal): Promise<Renderer> {
    return new Renderer(await launchChromium(signal));
  }

  /**
   * Run the scripts of a page. Rejects with FetchError if it hangs, crashes or grows too large. Cancellation: closes the
   * page, and rejects with `signal.reason`.
   */
  async render(page: SourcePage, { signal, lookups }: RenderOptions): Promise<Rendered> {
    const render = async () => {
      const { browser, kill } = await this.#starting.use(() => this.#running(signal), { signal });
      const timer = setTimeout(kill, frozenMs);
      return renderPage(browser, page, { signal, lookups }).finally(() => clearTimeout(timer));
    };
    return this.#slots.use(render, { signal });
  }

  /** End the browser and its processes: politely, after 1 s by force. Pages that are rendered fail. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { browser, kill } = this.#chromium;
    const timer = setTimeout(kill, closeMs);
    await browser.close().catch(() => {}); // killed meanwhile
    clearTimeout(timer);
  }

  async #running(signal: AbortSignal): Promise<Launched> {
    if (!this.#chromium.browser.isConnected()) this.#chromium = await launchChromium(signal);
    return this.#chromium;
  }
}
