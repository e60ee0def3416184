import { fileURLToPath } from "node:url";
import { execa } from "execa";

export const root = fileURLToPath(new URL("../../../", import.meta.url));
export const bin = fileURLToPath(new URL("../../../bin/lab.js", import.meta.url));

/** Run the real bin to its end. It never rejects: check exitCode, signal, stdout and stderr. */
export function lab(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = process.cwd()) {
  return execa(process.execPath, [bin, ...args], {
    cwd,
    reject: false,
    stripFinalNewline: false,
    timeout: 60_000,
    env: { NO_COLOR: undefined, FORCE_COLOR: undefined, QUOTES_API_KEY: undefined, ...env },
  });
}
