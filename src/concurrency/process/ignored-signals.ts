import { readFileSync, readlinkSync } from "node:fs";
import { constants } from "node:os";

const writeOnly = 1; // O_WRONLY

let atStart: bigint | undefined;

/**
 * Whether this program was started to ignore `signal`: `nohup` asks for it with SIGHUP, and a shell with `trap '' INT`.
 * run() then ignores that signal as well.
 *
 * Node forgets at its start which signals it should ignore. So the answer comes from the parent, if that is a shell, and
 * from the marks of nohup. It needs /proc; without it the answer is false. The first call decides for all later ones.
 * Throws TypeError for an unknown signal.
 *
 * ```js
 * console.log(isIgnored("SIGHUP")); // false
 * ```
 */
export function isIgnored(signal: NodeJS.Signals): boolean {
  atStart ??= ignoredByShell() | (underNohup() ? bit("SIGHUP") : 0n);
  return (atStart & bit(signal)) !== 0n;
}

function bit(signal: NodeJS.Signals): bigint {
  const number: number | undefined = constants.signals[signal];
  if (number === undefined) throw new TypeError(`there is no signal ${String(signal)} here`);
  return 1n << BigInt(number - 1);
}

const shellName = /^-?(?:.*\/)?(?:ba|da|z|k|mk|a|fi|ya)?sh$/;

/** The signals that the parent ignores, one bit each. A shell hands them on to the programs that it starts. */
function ignoredByShell(): bigint {
  try {
    const all = BigInt(`0x${field("SigIgn", readFileSync(`/proc/${process.ppid}/status`, "latin1"))}`);
    const isInteractive = (all & bit("SIGTSTP")) !== 0n;
    const ignored = isInteractive ? all & ~ofInteractiveShell() : all;
    if (ignored === 0n) return 0n;
    const [name = ""] = readFileSync(`/proc/${process.ppid}/cmdline`, "utf8").split("\0");
    return shellName.test(name) ? ignored : 0n; // other programs may ignore a signal only while they wait for us
  } catch {
    return 0n; // no /proc
  }
}

/** The value of `name` in a file of /proc, which has a line for each. Each run does this, and a RegExp would take longer. */
function field(name: string, text: string): string {
  const start = text.indexOf(`\n${name}:`) + name.length + 2;
  return text.slice(start, text.indexOf("\n", start)).trim();
}

/** An interactive shell ignores these for itself alone. */
function ofInteractiveShell(): bigint {
  return bit("SIGTERM") | bit("SIGQUIT") | bit("SIGTSTP") | bit("SIGTTIN") | bit("SIGTTOU");
}

/** bash and zsh name the started command in `_`. On a terminal, GNU nohup leaves a stdin that cannot be read. */
function underNohup(): boolean {
  if (process.env._?.endsWith("/nohup")) return true;
  try {
    const flags = Number(field("flags", readFileSync("/proc/self/fdinfo/0", "latin1")));
    return flags % 10 === writeOnly && readlinkSync("/proc/self/fd/0") === "/dev/null"; // octal, its last digit
  } catch {
    return false;
  }
}
