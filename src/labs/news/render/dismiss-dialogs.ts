import type { CDPSession, Page } from "playwright-core";

const mostDialogs = 8;
const silence = "for (const name of ['alert', 'confirm', 'prompt', 'print']) globalThis[name] = () => {}";

/**
 * Dismiss the dialogs of a page. After eight of them the script that opens them is ended, since `while (true) alert()`
 * would keep the page for itself, and further dialogs of that document do nothing.
 */
export function dismissDialogs(page: Page, session: CDPSession): void {
  let dialogs = 0;
  let isEnding = false;
  page.on("dialog", (dialog) => {
    if (++dialogs > mostDialogs && !isEnding) {
      isEnding = true;
      const done = () => {
        isEnding = false;
      };
      session.send("Runtime.terminateExecution").then(done, done);
      session.send("Runtime.evaluate", { expression: silence }).catch(() => {}); // the page is gone
    }
    dialog.dismiss().catch(() => {}); // the page is gone
  });
}
