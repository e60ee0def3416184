import type { WriteStream } from "node:tty";

type Paint = (text: string) => string;

/** What the colours mean here; commands name the meaning, never the colour. */
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
 * The palette for one stream. `--no-color` or a non-empty NO_COLOR switch colour off, else FORCE_COLOR decides, else
 * what the stream can show. Chalk's default instance is never used: it reads argv itself and would take the
 * `--color red` of an app for its own. Chalk is loaded only where there is colour, for it costs 10 ms at the start.
 */
export async function createPalette(stream: NodeJS.WriteStream, noColor: boolean): Promise<Palette> {
  const level = colorLevel(stream, noColor, process.env);
  if (level === 0) return plain;
  const { Chalk } = await import("chalk");
  const chalk = new Chalk({ level });
  return { title: chalk.bold, dim: chalk.dim, good: chalk.green, bad: chalk.red };
}

/** 0 none, 1 sixteen colours, 2 256 colours, 3 all of them. */
export function colorLevel(
  stream: Pick<WriteStream, "isTTY" | "getColorDepth">,
  noColor: boolean,
  env: NodeJS.ProcessEnv,
): Level {
  if (noColor || env.NO_COLOR) return 0;
  if (env.FORCE_COLOR !== undefined) return forcedLevel(env.FORCE_COLOR);
  if (!stream.isTTY) return 0;
  const depth = stream.getColorDepth();
  return depth >= 24 ? 3 : depth >= 8 ? 2 : depth >= 4 ? 1 : 0;
}

function forcedLevel(value: string): Level {
  if (value === "0" || value === "false") return 0;
  return value === "2" ? 2 : value === "3" ? 3 : 1;
}
