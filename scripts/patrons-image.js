/**
 * `npm run build`: dist/src/labs/patrons/embedded/image.tar.br, the folder of a new embedded PostgreSQL with the table.
 * Making one takes PGlite some seconds, so it is made once for each version of PGlite. Without that package there is none.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { imageFile, settings, startParams } from "../dist/src/labs/patrons/embedded/image.js";
import { PGliteDatabase } from "../dist/src/labs/patrons/embedded/pglite-database.js";
import { ensureSchema } from "../dist/src/labs/patrons/schema.js";

const code = ["./image.js", "../schema.js"].map((name) => new URL(name, imageFile));
const stampFile = new URL("./image.made-of", imageFile);
const stamp = stampOf(import.meta.url, ...code, packageFile());
const isMade = () => existsSync(imageFile) && existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp;

if (stamp === undefined) console.error("lab patrons will need --dsn: @electric-sql/pglite is not installed");
else if (!isMade()) await make();

function packageFile() {
  try {
    return new URL("../package.json", `file://${createRequire(import.meta.url).resolve("@electric-sql/pglite")}`);
  } catch {
    return undefined;
  }
}

/** A digest of all that the image depends on. */
function stampOf(...files) {
  if (files.includes(undefined)) return undefined;
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(fileURLToPath(file)));
  return hash.digest("hex");
}

async function make() {
  const { PGlite } = await import("@electric-sql/pglite");
  const pg = await PGlite.create({ ...settings, startParams: startParams(PGlite) });
  await pg.exec("update pg_database set datistemplate = false where datname = 'template0'");
  await pg.exec("drop database template0"); // a copy of template1, which nobody needs here
  await ensureSchema(new PGliteDatabase(pg, { name: "the image", release: async () => {} }));
  await pg.exec("checkpoint");
  const archive = await pg.dumpDataDir("none");
  await pg.close();
  const tar = Buffer.from(await archive.arrayBuffer());
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_LGWIN } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: 6, [BROTLI_PARAM_LGWIN]: 24 }; // a window of 16 MiB sees the copies of databases
  writeFileSync(imageFile, brotliCompressSync(tar, { params }));
  writeFileSync(stampFile, stamp);
}
