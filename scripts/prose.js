/**
 * `npm run check:prose [-- path…]`: how easily docs, README and doc comments read, as a table. Exits with 1 if a page
 * misses a target. The figures are a sign; reading aloud is the test.
 *
 * Prose is paragraphs, list items, table cells and doc comments, without code. Inline code counts as one word. Short
 * table cells are labels and do not count as sentences.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Every page: words a sentence, sentences over 30 words, "what/who/whose" per 1,000 words. */
const targets = { mean: 15, long: 0.05, indirect: 3 };
/** Pages that show how something is used: code blocks and headings per 1,000 words. */
const density = { blocks: 8, headings: 6 };
const longSentence = 30; // words
const shortCell = 8; // words
const fewWords = 150; // below that, "per 1,000 words" says nothing

const [wanted, all] = [process.argv.slice(2), [...pages(), ...docComments()]];
const texts = wanted.length === 0 ? all : all.filter(({ name }) => wanted.some((part) => name.includes(part)));
const measured = texts.map(measure).filter(({ words }) => words > 0);

print(["", "words", "mean", "> 30", "what/who", "blocks", "headings"]);
for (const each of measured) printMeasured(each);
if (wanted.length === 0) printMeasured({ ...measure({ name: "all of it", ...joined(texts) }), misses: [] });
process.exitCode = measured.some(({ misses }) => misses.length > 0) ? 1 : 0;

/** CHANGELOG.md is a list and no page. */
function* pages() {
  const found = readdirSync(`${root}docs`, { recursive: true }).map((name) => `docs/${name}`);
  for (const name of ["README.md", "CONTRIBUTING.md", ...found].filter((each) => each.endsWith(".md")).sort()) {
    const text = readFileSync(join(root, name), "utf8");
    yield { name, isGuide: /^(README|docs\/(README|guides|labs|reference))/.test(name), ...partsOfPage(text) };
  }
}

/** The doc comments of each folder of src, as one text. */
function* docComments() {
  const folders = new Map();
  for (const file of readdirSync(join(root, "src"), { recursive: true }).sort()) {
    if (!file.endsWith(".ts")) continue;
    const name = `src/${dirname(file)}`;
    const code = readFileSync(join(root, "src", file), "utf8");
    const found = [...code.matchAll(/\/\*\*([\s\S]*?)\*\//g)].map(([, comment]) => comment.replace(/^ *\* ?/gm, ""));
    folders.set(name, [...(folders.get(name) ?? []), ...found]);
  }
  for (const [name, comments] of folders) {
    yield { name: name.replace("/.", ""), isGuide: false, ...joined(comments.map(partsOfPage)) };
  }
}

function joined(parts) {
  const paragraphs = parts.flatMap((part) => part.paragraphs);
  const sum = (field) => parts.reduce((total, part) => total + part[field], 0);
  return { paragraphs, blocks: sum("blocks"), headings: sum("headings") };
}

/** Markdown as its paragraphs, and how many code blocks and headings it has. */
function partsOfPage(markdown) {
  let blocks = 0;
  let headings = 0;
  const withoutFences = markdown.replace(/^```[\s\S]*?^```/gm, () => {
    blocks++;
    return "\n";
  });
  const paragraphs = [];
  for (const block of withoutFences.split(/\n\s*\n/)) {
    if (/^( {4}|\t)/.test(block.replace(/^\n+/, ""))) blocks++;
    else if (/^#+ /.test(block.trim())) headings++;
    else if (/^\|/.test(block.trim())) paragraphs.push(...cellsOf(block));
    else paragraphs.push(...block.split(/^ *(?:[-*]|\d+\.) /m));
  }
  return { paragraphs: paragraphs.map(plain).filter((text) => text !== ""), blocks, headings };
}

function cellsOf(table) {
  const cells = table.split("\n").flatMap((row) => row.replaceAll("\\|", "/").split("|"));
  return cells.filter((cell) => plain(cell).split(" ").length >= shortCell);
}

/** A picture is no prose; a link is its text; inline code is one word. */
function plain(text) {
  return text
    .replace(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/`[^`]*`/g, "code")
    .replace(/[*_#>]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}

function measure({ name, isGuide = false, paragraphs, blocks, headings }) {
  const sentences = paragraphs.flatMap((text) => text.split(/(?<=[.!?]["')]*) (?=["'(]*[A-Z0-9c`])/));
  const lengths = sentences.map((text) => text.split(" ").filter((word) => /\w/.test(word)).length).filter(Boolean);
  const words = lengths.reduce((sum, length) => sum + length, 0);
  const perThousand = (count) => (words === 0 ? 0 : (count * 1000) / words);
  const result = {
    name,
    words,
    mean: lengths.length === 0 ? 0 : words / lengths.length,
    long: lengths.length === 0 ? 0 : lengths.filter((length) => length > longSentence).length / lengths.length,
    indirect: perThousand(paragraphs.join(" ").match(/\b(what|who|whose|whatever|whoever)\b/gi)?.length ?? 0),
    blocks: perThousand(blocks),
    headings: perThousand(headings),
  };
  return { ...result, misses: missesOf(result, isGuide) };
}

function missesOf(result, isGuide) {
  const tooMuch = Object.entries(targets).filter(([field, most]) => result[field] > most);
  const isShort = result.words < fewWords;
  const tooFew = Object.entries(density).filter(([field, least]) => isGuide && !isShort && result[field] < least);
  return [...tooMuch, ...tooFew].map(([field]) => field).filter((field) => !(isShort && field === "indirect"));
}

function printMeasured({ name, words, mean, long, indirect, blocks, headings, misses }) {
  const row = [name, words, mean.toFixed(1), `${(long * 100).toFixed(0)} %`, indirect.toFixed(1)];
  print([...row, blocks.toFixed(1), headings.toFixed(1), misses.length > 0 ? `  ✘ ${misses.join(", ")}` : ""]);
}

function print([name, ...columns]) {
  const cells = columns.map((column) => String(column).padStart(9));
  process.stdout.write(`${name.padEnd(36)}${cells.join("")}\n`.replace(/ +\n$/, "\n"));
}
