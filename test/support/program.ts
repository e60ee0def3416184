import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { execa } from "execa";

/** A started program: one of programs/*.ts, or the bin. */
type Program = PromiseLike<unknown> & { stdout: NodeJS.ReadableStream };

/** Start one of programs/*.ts in a process of its own. Await it for its exit code and output; it is killed if it hangs. */
export function startProgram(
  name: string,
  args: string[] = [],
  nodeArgs: string[] = [],
  env: Record<string, string> = {},
) {
  const file = fileURLToPath(new URL(`./programs/${name}.js`, import.meta.url));
  return execa(process.execPath, [...nodeArgs, file, ...args], {
    env,
    reject: false,
    timeout: 60_000,
    stripFinalNewline: false,
  });
}

/** Wait for the next output of the program and return it, or "" if the program ends instead. */
export async function nextOutput(program: Program): Promise<string> {
  const [chunk = ""] = await Promise.race([once(program.stdout, "data"), program.then(() => [])]);
  return String(chunk).trim();
}

/** Start a program, send it `signal` once it has printed something, and wait for its end. */
export async function interruptProgram(name: string, signal: NodeJS.Signals, args: string[] = []) {
  const program = startProgram(name, args);
  await nextOutput(program);
  program.kill(signal);
  return program;
}
