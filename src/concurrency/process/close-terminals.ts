import { closeSync, fstatSync } from "node:fs";

/**
 * Close stdin, stdout and stderr if they are terminals, at the end of a process.
 *
 * Node restores the settings that a terminal had when the process started, unless its descriptor is closed. That aborts
 * Node 20 if the terminal itself has closed (nodejs/node#51519). It also takes the terminal from a pager that reads our
 * output (nodejs/node#41143). Pipes stay open: Node makes a pipe blocking again for the other programs that share it.
 */
export function closeTerminals(): void {
  for (const fd of [0, 1, 2]) {
    try {
      if (fstatSync(fd).isCharacterDevice()) closeSync(fd); // a closed terminal is none for isatty()
    } catch {
      // It is closed already.
    }
  }
}
