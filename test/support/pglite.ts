import { createRequire } from "node:module";

/** For `{ skip }`: the reason why tests of the embedded database cannot run here, or false. */
export const noPglite = !isInstalled() && "needs the package @electric-sql/pglite";

function isInstalled(): boolean {
  try {
    createRequire(import.meta.url).resolve("@electric-sql/pglite");
    return true;
  } catch {
    return false;
  }
}
