import { cut } from "../../text/cut.js";
import { isElement, type Node, parseMarkup } from "./markup.js";

const longestTitle = 300; // characters
const longestSource = 8192; // characters of a title with its markup

const silent = new Set(["script", "style", "template", "noscript"]);
/** A reader sees white space around these. */
const apart = new Set(
  "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li ol p section table td th tr ul".split(
    " ",
  ),
);

/** The text of a node as a reader sees it, without scripts. */
export function textOf(node: Node): string {
  if (node.type === "text") return node.data;
  if (!("children" in node)) return ""; // a comment
  if (!isElement(node)) return node.children.map(textOf).join("");
  if (silent.has(node.name)) return "";
  const inside = node.children.map(textOf).join("");
  return apart.has(node.name) ? ` ${inside} ` : inside;
}

/** A title on one line of at most 300 characters. Control characters and white space become one space. */
export function tidy(text: string): string {
  const line = text
    .slice(0, longestSource)
    .replaceAll(/[\s\p{Cc}]+/gu, " ")
    .trim();
  // A copy, since a part of a text keeps the whole of it in memory. It also replaces broken surrogate pairs.
  return Buffer.from(cut(line, longestTitle)).toString();
}

/** The text of a title that is HTML: without its markup, and with its entities decoded. */
export function textOfHtml(html: string): string {
  return textOf(parseMarkup(html.slice(0, longestSource)));
}

/** Whether a text holds an element of HTML that is closed, or one that needs no end. `3 < 4` and `the <b> tag` do not. */
export function hasMarkup(text: string): boolean {
  const open = new Set<string>();
  for (const [, slash, name = ""] of text.slice(0, longestSource).matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^<>]*>/gi)) {
    const tag = name.toLowerCase();
    if (/^(?:br|hr|img|wbr)$/.test(tag) || (slash && open.has(tag))) return true;
    open.add(tag);
  }
  return false;
}
