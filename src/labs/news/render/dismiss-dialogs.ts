import type { Page } from "playwright-core";

const mostDialogs = 8;

/**
 * Dismiss the dialogs of a page. After eight of them each further one throws an error in the script that opens it, since
 * `while (true) alert()` would keep the page for itself. Call it before the page loads.
 */
export async function dismissDialogs(page: Page): Promise<void> {
  page.on("dialog", (dialog) => void dialog.dismiss().catch(() => {})); // the page is gone
  await page.addInitScript(limitDialogs);
}

/** Runs in each document before its own scripts. */
const limitDialogs = `{
  let left = ${mostDialogs};
  for (const name of ["alert", "confirm", "prompt", "print"]) {
    const open = window[name].bind(window);
    const value = (...args) => {
      if (--left < 0) throw new Error("too many dialogs");
      return open(...args);
    };
    Object.defineProperty(window, name, { value });
  }
}`;
