/**
 * The deepest value that may travel, in levels. Sender and receiver both recurse, and the receiver gives up earlier: in
 * a process, by an exception that nobody can catch. In the worst case Node 20 and 24 read some 1,600 levels.
 */
const deepest = 1000;

/** The parts of a value that need care on the way to another worker. */
export interface Content {
  /** The Buffers in it. A structured clone turns them into plain Uint8Arrays. */
  readonly buffers: Uint8Array[];
  /** Every object in it, and the memory of every view. */
  readonly objects: Set<object>;
}

/**
 * Search all that a structured clone copies of `value`, in the order of the clone. Throws a DataCloneError if `value`
 * is nested more than 1,000 levels deep.
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
  if (value instanceof Error) return [value.cause]; // a clone keeps no other field of its own
  return Object.values(value);
}

/**
 * `error` as a DataCloneError. Threads throw one for a value that cannot be cloned; the serialiser of processes throws
 * a plain Error.
 */
export function dataCloneError(error: unknown): DOMException {
  if (error instanceof DOMException && error.name === "DataCloneError") return error;
  const message = error instanceof Error ? error.message : String(error);
  return Object.assign(new DOMException(message, "DataCloneError"), { cause: error });
}
