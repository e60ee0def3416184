import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { ExitError } from "../../../concurrency/index.js";

/** A folder that belongs to this process until release(). */
export interface DataFolder {
  /** The folder for the files of the server. */
  readonly database: string;
  /** Whether the server was ever made to its end. */
  readonly isMade: boolean;
  /** Say that it is made. */
  markMade(): Promise<void>;
  release(): Promise<void>;
}

const mark = "lab-patrons.txt";
const made = "made";

/**
 * Claim `folder` for this process. It may be missing or empty, or hold the data of an earlier run. Rejects with ExitError(1)
 * if another process uses it, or if it holds other files.
 *
 * A process that is killed leaves its claim. The claim names the process, so a later run knows that it is dead. Of two that
 * claim at once at most one gets the folder: each writes its own claim before it looks for others.
 */
export async function claimDataFolder(folder: string): Promise<DataFolder> {
  try {
    await prepare(folder);
    return await claim(folder, join(folder, claimOf(process.pid)));
  } catch (error) {
    if (error instanceof ExitError) throw error;
    throw new ExitError(1, `cannot use the folder ${folder}: ${(error as Error).message}`, { cause: error });
  }
}

/** The mark tells folders of this command from others, in which nothing may be removed. */
async function prepare(folder: string): Promise<void> {
  await makeFolder(resolve(folder));
  const files = await readdir(folder);
  if (files.includes(mark)) return;
  if (files.length > 0) throw new ExitError(1, `${folder} holds other files; --data needs a folder of its own`);
  await writeFile(join(folder, mark), "The data of lab patrons.\n");
}

/** Make the folder and those above it. Node's `recursive` never ends where a folder takes no others, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  const makeOne = () => mkdir(folder, { mode: 0o700 });
  try {
    await makeOne().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT" || dirname(folder) === folder) throw error;
      await makeFolder(dirname(folder));
      await makeOne();
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

async function claim(folder: string, own: string): Promise<DataFolder> {
  const release = () => rm(own, { force: true });
  await writeFile(own, "");
  try {
    await refuseOthers(folder, own);
    const database = join(folder, "database");
    const isMade = existsSync(join(folder, made));
    if (!isMade) await rm(database, { recursive: true, force: true }); // begun by a process that was killed
    return { database, isMade, markMade: () => writeFile(join(folder, made), ""), release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function refuseOthers(folder: string, own: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /^used-by-(\d+)(?:-\d+)?$/.exec(name) ?? [];
    if (pid === undefined || join(folder, name) === own) continue;
    if (isAlive(Number(pid)) && claimOf(Number(pid)) === name) {
      throw new ExitError(1, `process ${pid} uses ${folder}; two at once would destroy the data`);
    }
    await rm(join(folder, name), { force: true });
  }
}

/** The name of a claim: the pid, and on Linux its start, since another process may get the pid later. */
function claimOf(pid: number): string {
  return ["used-by", pid, startOf(pid)].filter((part) => part !== undefined).join("-");
}

/** In ticks since boot: the 22nd field of /proc/<pid>/stat. The 2nd is a name in brackets, which may hold spaces. */
function startOf(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
