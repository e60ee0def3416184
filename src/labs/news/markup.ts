import { DomHandler, Parser } from "htmlparser2";

export type Root = DomHandler["root"];
export type Node = Root["children"][number];
export type Element = Extract<Node, { attribs: unknown }>;

const mostElements = 16_384;
const mostLevels = 256;
const mostAttributes = 256; // of an element

/** The document has more elements, levels or attributes than are read. */
class Full extends Error {}

/** Builds the tree of a document up to the limits. Without them, a few bytes an element would stall the event loop for minutes. */
class LimitedHandler extends DomHandler {
  #elements = 0;
  #levels = 0;
  #attributes = 0;

  /** Called by the parser for each attribute, before onopentag(). */
  onattribute(): void {
    if (++this.#attributes > mostAttributes) throw new Full();
  }

  override onopentag(name: string, attributes: Record<string, string>): void {
    if (++this.#elements > mostElements || ++this.#levels > mostLevels) throw new Full();
    this.#attributes = 0;
    super.onopentag(name, attributes);
  }

  override onclosetag(): void {
    this.#levels--;
    super.onclosetag();
  }
}

/**
 * The tree of an HTML or XML document. Both parsers are tolerant: a truncated document is read to its end. No DTD is
 * read, so no entity expands but the five of XML or those of HTML. The tree ends at 16,384 elements, where they are
 * nested 256 deep, or at one of more than 256 attributes.
 */
export function parseMarkup(text: string, { isXml = false } = {}): Root {
  const handler = new LimitedHandler();
  try {
    new Parser(handler, { xmlMode: isXml }).end(text);
  } catch (error) {
    if (!(error instanceof Full)) throw error;
  }
  return handler.root;
}

/** Whether a node is an element, scripts and styles included. */
export function isElement(node: Node): node is Element {
  return "attribs" in node;
}

/** The child elements with this name, in upper or lower case: some feeds are written in capitals. */
export function childrenOf(parent: Element, name: string): Element[] {
  const wanted = name.toLowerCase();
  return parent.children.filter((child): child is Element => isElement(child) && child.name.toLowerCase() === wanted);
}

/** Call `visit` for each element below `parent`, in the order of the document, until it returns true. */
export function someElement(parent: Root | Element, visit: (element: Element) => boolean): Element | undefined {
  for (const child of parent.children) {
    if (!isElement(child)) continue;
    const found = visit(child) ? child : someElement(child, visit);
    if (found) return found;
  }
  return undefined;
}
