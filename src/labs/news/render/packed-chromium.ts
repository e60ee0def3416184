import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { ExitError } from "../../../concurrency/index.js";

/** A Chromium that can be started. */
export interface Chromium {
  path: string;
  /** Variables of its environment besides ours. */
  env: Readonly<Record<string, string>>;
}

/** The package unpacks into TMPDIR, and its libraries only for such an environment. */
const lambda = { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" };
const unpack = "const packed = require(process.env.PACKED); (packed.default ?? packed).executablePath()";

/**
 * The Chromium of the package @sparticuz/chromium, unpacked in the user's cache: 210 MB, once per version. Undefined
 * without the package. Cancellation: rejects with `signal.reason`, and leaves no half of it.
 */
export async function unpackChromium(signal: AbortSignal, env: NodeJS.ProcessEnv): Promise<Chromium | undefined> {
  const entry = resolved("@sparticuz/chromium");
  if (entry === undefined) return undefined;
  const { version } = JSON.parse(await readFile(join(dirname(entry), "../../package.json"), "utf8"));
  const caches = join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "asyncio-lab");
  const folder = join(caches, `chromium-${version}`);
  if (!(await isOurs(folder))) await unpackInto(folder, entry, signal);
  return { path: join(folder, "chromium"), env: surroundings(folder) };
}

function resolved(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

/** Whether the folder is there, and belongs to this user: another one could have put any program there. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => undefined);
  if (found && found.uid !== process.getuid?.()) throw new ExitError(1, `${folder} belongs to another user`);
  return found !== undefined;
}

/** Unpack beside the folder, then rename: another `lab` finds nothing or the whole of it. */
async function unpackInto(folder: string, entry: string, signal: AbortSignal): Promise<void> {
  const part = `${folder}.${randomUUID().slice(0, 8)}.part`;
  try {
    await mkdir(part, { recursive: true, mode: 0o700 });
    const env = { ...process.env, ...lambda, TMPDIR: part, PACKED: entry };
    await promisify(execFile)(process.execPath, ["-e", unpack], { env, signal });
    await writeFile(join(part, "fonts", "fonts.conf"), fontsIn(folder));
    await takeOver(part);
    await rename(part, folder);
  } catch (error) {
    signal.throwIfAborted();
    if (await isOurs(folder)) return; // another lab was quicker
    throw new ExitError(1, `cannot unpack Chromium into ${folder}: ${reasonOf(error)}`);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** The line of a failed child that names its error; else the error itself. */
function reasonOf(error: unknown): string {
  const { stderr = "", message } = error as Error & { stderr?: string };
  return (/^\w*Error: (.*)$/m.exec(stderr)?.[1] ?? message).split("\n")[0] ?? "";
}

/** The archives of the package name an owner of their own. Root would keep it. */
async function takeOver(folder: string): Promise<void> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) return;
  const names = await readdir(folder, { recursive: true });
  await Promise.all(names.map((name) => chown(join(folder, name), uid, gid)));
}

function surroundings(folder: string): Record<string, string> {
  return {
    LD_LIBRARY_PATH: join(folder, "al2023", "lib"),
    FONTCONFIG_FILE: join(folder, "fonts", "fonts.conf"),
  };
}

/** A configuration for fontconfig. Without fonts, every text has no size and counts as hidden. */
function fontsIn(folder: string): string {
  const dirs = [join(folder, "fonts", "fonts"), "/usr/share/fonts"].map((dir) => `<dir>${dir}</dir>`).join("");
  return `<?xml version="1.0"?><fontconfig>${dirs}<cachedir>${join(folder, "fonts", "cache")}</cachedir></fontconfig>`;
}
