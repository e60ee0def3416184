import { realpath } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { saveBodies } from "../../labs/fetch/save-bodies.js";
import type { FetchOptions } from "../../labs/fetch.js";
import { UsageError } from "../kit/usage-error.js";
import type { FetchCommandOptions } from "./command-options.js";

/**
 * Open the folder of --save, which is made if it is missing. Resolves with the function that saves a body; undefined
 * without --save. Rejects with UsageError if the folder cannot be written to. Rejects with UsageError also if the list,
 * --output or stdout's file is named like a body in that folder: a body would replace it.
 */
export async function openSaveFolder({ save, file, output }: FetchCommandOptions): Promise<FetchOptions["save"]> {
  if (save === undefined) return undefined;
  const saving = await saveBodies(save).catch((error: Error) => {
    throw new UsageError(`--save must be a folder that can be written to: ${error.message}`);
  });
  await refuseNameOfBody("--file", file, save);
  await refuseNameOfBody("--output", output, save);
  await refuseNameOfBody("stdout", "/dev/stdout", save); // a link to the file, if stdout is redirected to one
  return saving;
}

async function refuseNameOfBody(flag: string, path: string | undefined, folder: string): Promise<void> {
  if (path === undefined) return;
  const real = await realpath(path).catch(() => path); // --output may not exist yet
  const [of, bodies] = await Promise.all([dirname(real), folder].map((each) => realpath(each).catch(() => each)));
  if (of === bodies && /^\d+\.[a-z]+$/i.test(basename(real)))
    throw new UsageError(`${flag} must not have the name of a body in the folder of --save, got ${path}`, {
      mayUseStdout: flag !== "stdout",
    });
}
