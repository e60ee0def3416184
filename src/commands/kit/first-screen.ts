import type { Chapters } from "./command-definition.js";

export const description = "Case studies in concurrency that run here and measure what they claim.";

interface FirstScreen {
  chapters: Chapters;
  /** Flags and descriptions. */
  options: readonly (readonly [string, string])[];
}

/** The help of `lab` itself: the first commands to try, the commands of each chapter, the options. 80 columns wide. */
export function firstScreen({ chapters, options }: FirstScreen): string {
  const commands = Object.entries(chapters).map(([chapter, entries]) => {
    const leaves = entries.filter(([, , load]) => load !== undefined);
    return [chapter, leaves.map(([name, summary]) => [name, summary] as const)] as const;
  });
  const terms = [...commands.flatMap(([, rows]) => rows), ...options].map(([term]) => term.length);
  const rowOf = ([term, text]: readonly [string, string]) => `  ${term.padEnd(Math.max(...terms))}  ${text}`;
  return [
    "Usage: lab [options] <command>",
    "",
    description,
    "",
    "Start here:  lab hello",
    "      then:  lab fetch-quotes --mode compare",
    "",
    ...commands.flatMap(([chapter, rows]) => [`${chapter}:`, ...rows.map(rowOf)]),
    "",
    "Options:",
    ...options.map(rowOf),
    "",
    "lab help <command> has the options and two examples. To read on: docs/README.md",
    "",
  ].join("\n");
}
