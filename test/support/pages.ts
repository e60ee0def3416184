import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lab.js";

export interface Page {
  name: string;
  text: string;
}

/** Every page of the documentation. */
export const pages: readonly Page[] = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((name) => `docs/${name}`),
]
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, text: readFileSync(join(root, name), "utf8") }));

/** The command lines of `lab` that a page shows. */
export function linesOf({ text }: Page): string[] {
  return [...text.matchAll(/^ {4}(?:npx )?(lab [^#\n]*)/gm)].map(([, line]) => (line ?? "").trim());
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf({ text }: Page): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
}
