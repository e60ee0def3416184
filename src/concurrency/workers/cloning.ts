/**
 * Both sides recurse to clone, and a receiver may overflow its stack over what the sender could still write: in a
 * process that is an exception nobody can catch. Node 20 and 24 read some 1,600 levels in the worst case.
 */
const deepest = 1000;

/** What a value contains that needs care on the way to another worker. */
export interface Content {
  /** Its Buffers, which a structured clone turns into plain Uint8Arrays. */
  readonly buffers: Uint8Array[];
  /** Every object in it; the memory of its views counts as one. */
  readonly objects: Set<object>;
}

/**
 * Look through everything in `value` that a structured clone copies, in the order in which it does. Throws a
 * DataCloneError if that is nested more than a thousand levels deep.
 */
export function searchContent(value: unknown): Content {
  const found: Content = { buffers: [], objects: new Set() };
  search(value, found, 0);
  return found;
}

function search(value: unknown, found: Content, depth: number): void {
  if (typeof value !== "object" || value === null || found.objects.has(value)) return;
  if (depth > deepest) throw new DOMException(`nested more than ${deepest} levels deep`, "DataCloneError");
  found.objects.add(value);
  if (Array.isArray(value)) {
    for (const each of value) search(each, found, depth + 1);
  } else if (ArrayBuffer.isView(value)) {
    if (Buffer.isBuffer(value)) found.buffers.push(value);
    found.objects.add(value.buffer);
  } else if (!(value instanceof ArrayBuffer)) {
    for (const each of partsOf(value)) search(each, found, depth + 1);
  }
}

function partsOf(value: object): unknown[] {
  if (value instanceof Map) return [...value].flat();
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return [value.cause]; // of its own fields a clone keeps no other
  return Object.values(value);
}

/** The one error for what cannot be cloned: threads throw it, the serialiser for processes throws a plain Error. */
export function dataCloneError(error: unknown): DOMException {
  if (error instanceof DOMException && error.name === "DataCloneError") return error;
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new DOMException(message, "DataCloneError"), { cause: error });
}
