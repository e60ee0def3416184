import type { WriteStream } from "node:tty";

type Paint = (text: string) => string;

/** The colours by meaning. Commands never name a colour. */
export interface Palette {
  title: Paint;
  dim: Paint;
  good: Paint;
  bad: Paint;
}

type Level = 0 | 1 | 2 | 3;

const same: Paint = (text) => text;
const plain: Palette = { title: same, dim: same, good: same, bad: same };

/**
 * The palette of one stream. `--no-color` or a non-empty NO_COLOR turns colour off. Otherwise FORCE_COLOR decides, then
 * CLICOLOR_FORCE, then CLICOLOR=0, and without them the abilities of the stream.
 *
 * Chalk's default instance is never used: it reads argv, and would take `--color red` of an app for its own option. Chalk
 * is loaded only if there is colour, since loading it takes 10 ms.
 */
export async function createPalette(stream: NodeJS.WriteStream, noColor: boolean): Promise<Palette> {
  const level = colorLevel(stream, noColor, process.env);
  if (level === 0) return plain;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level });
  return { title: chalk.bold, dim: chalk.dim, good: chalk.green, bad: chalk.red };
}

/** Chalk's level: 0 no colour, 1 16 colours, 2 256 colours, 3 true colour. */
export function colorLevel(
  stream: Pick<WriteStream, "isTTY" | "getColorDepth">,
  noColor: boolean,
  env: NodeJS.ProcessEnv,
): Level {
  if (noColor || env.NO_COLOR) return 0;
  if (env.FORCE_COLOR !== undefined) return forcedLevel(env.FORCE_COLOR);
  const { CLICOLOR, CLICOLOR_FORCE = "" } = env;
  const isForced = CLICOLOR_FORCE !== "" && CLICOLOR_FORCE !== "0";
  if (isForced) return ownLevel(stream, env) || 1;
  return CLICOLOR === "0" ? 0 : ownLevel(stream, env);
}

/** The level that the stream itself can show. */
function ownLevel(stream: Pick<WriteStream, "isTTY" | "getColorDepth">, env: NodeJS.ProcessEnv): Level {
  if (!stream.isTTY) return 0;
  const { NO_COLOR: _empty, ...others } = env; // Node 20 obeys an empty one
  const depth = stream.getColorDepth(others);
  return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0;
}

function forcedLevel(value: string): Level {
  if (value === "0" || value === "false") return 0;
  return value === "2" ? 2 : value === "3" ? 3 : 1;
}
