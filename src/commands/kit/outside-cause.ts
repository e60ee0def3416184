import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { openFilesLimit } from "../../net/open-files.js";

const fewFiles = 128; // a command opens up to 70 while it loads

/**
 * The cause of an error as a sentence, if it lies in the machine or in the installation. undefined if the error may be a
 * bug of ours. Looks at the error, its causes and the errors of an aggregate.
 */
export function outsideCause(error: unknown): string | undefined {
  for (const each of related(error)) {
    const cause = ofFiles(each) ?? ofThreads(each) ?? ofMissingPackage(each);
    if (cause !== undefined) return cause;
  }
  if (isFolderGone()) return "the current folder does not exist any more: cd to another";
  return mayOpenFew() ? tooFewFiles() : undefined;
}

function related(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inside = error instanceof AggregateError ? error.errors : [];
  return [error, ...[error.cause, ...inside].flatMap(related)];
}

function ofFiles({ code = "", message }: NodeJS.ErrnoException): string | undefined {
  const reason = code === "ERR_WORKER_INIT_FAILED" ? message : code; // Worker initialization failure: EMFILE
  return /\bE[MN]FILE$/.test(reason) ? tooFewFiles() : undefined;
}

/** A thread or a process that cannot be started. EAGAIN of a socket or a pipe says nothing of them. */
function ofThreads({ code = "", message, syscall = "" }: NodeJS.ErrnoException): string | undefined {
  const isThread = code === "ERR_WORKER_INIT_FAILED" && message.endsWith("EAGAIN");
  const isProcess = code === "EAGAIN" && /^(spawn|fork)/.test(syscall);
  return isThread || isProcess ? "too few threads and processes may run: raise ulimit -u, or end others" : undefined;
}

function tooFewFiles(): string {
  const limit = openFilesLimit();
  return `too few files may be open${limit === undefined ? "" : `, ${limit}`}: raise ulimit -n`;
}

function ofMissingPackage({ code, message }: NodeJS.ErrnoException): string | undefined {
  if (code !== "ERR_MODULE_NOT_FOUND" && code !== "MODULE_NOT_FOUND") return undefined;
  const [, path = ""] = /^Cannot find (?:package|module) '([^']+)'/.exec(message) ?? [];
  const [, folder = "", name = path] = /^(.*node_modules[/\\])?((?:@[^/\\]+[/\\])?[^/\\]+)/.exec(path) ?? [];
  if (mayOpenFew() && existsSync(folder + name)) return tooFewFiles(); // Node takes what it cannot open for missing
  return `the ${isAbsolute(name) ? "file" : "package"} ${name} is missing or incomplete: install lab again, or run npm ci in a checkout`;
}

function mayOpenFew(): boolean {
  return (openFilesLimit() ?? fewFiles) < fewFiles;
}

function isFolderGone(): boolean {
  try {
    process.cwd();
    return false;
  } catch {
    return true;
  }
}
