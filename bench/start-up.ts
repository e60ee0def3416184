import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compare } from "./support/compare.js";
import { environment } from "./support/environment.js";

const bin = fileURLToPath(new URL("../../bin/lab.js", import.meta.url));

/** How long until a command has done nothing? */
export default function startUp(): Promise<void> {
  const node = (...args: string[]) => ({ name: `node ${args.join(" ").replace(bin, "lab")}`, run: () => start(args) });
  return compare({
    question: "Start-up against an empty Node",
    rounds: 40,
    contestants: [node("-e", "0"), node(bin, "--version"), node(bin, "hello", "--delay", "0")],
  });
}

function start(args: string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"], env: environment });
  if (status !== 0) throw new Error(`${args.join(" ")} ended with ${status}`);
}
