import type { PGlite } from "@electric-sql/pglite";
import { ExitError } from "../../../concurrency/index.js";
import type { Database } from "../database.js";
import { claimDataFolder } from "./data-folder.js";
import { readImage, settings, startParams } from "./image.js";
import { PGliteDatabase } from "./pglite-database.js";

/**
 * PostgreSQL inside this process. In memory, or kept in `folder`. Rejects with ExitError(3) if PGlite is not installed, and
 * with ExitError(1) if the folder cannot be used.
 */
export async function openEmbedded(folder: string | undefined): Promise<Database> {
  const [PGliteClass, image] = await Promise.all([load(), readImage()]);
  const own = { ...settings, startParams: startParams(PGliteClass), ...(image && { loadDataDir: image }) };
  const name = "embedded PostgreSQL (PGlite)";
  if (folder === undefined) return new PGliteDatabase(await PGliteClass.create(own), { name, release: async () => {} });
  const { database, isMade, markMade, release } = await claimDataFolder(folder);
  try {
    if (isMade) delete own.loadDataDir;
    const pg = await PGliteClass.create({ ...own, dataDir: database });
    await markMade();
    return new PGliteDatabase(pg, { name: `${name} in ${folder}`, release });
  } catch (error) {
    await release();
    throw new ExitError(1, `the database in ${folder} does not open: ${(error as Error).message}`, { cause: error });
  }
}

async function load(): Promise<typeof PGlite> {
  try {
    return (await import("@electric-sql/pglite")).PGlite;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    const hint = "npm install @electric-sql/pglite, or name a server by --dsn";
    throw new ExitError(3, `the embedded database is not installed: ${hint}`, { cause: error });
  }
}
