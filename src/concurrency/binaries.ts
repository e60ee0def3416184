/** What a value contains that needs care on the way to another thread. */
export interface Binaries {
  /** Its Buffers, which a structured clone turns into plain Uint8Arrays. */
  readonly buffers: Uint8Array[];
  /** The memory of its ArrayBuffers and views. */
  readonly memory: Set<ArrayBufferLike>;
}

/** Look through everything in `value` that a structured clone copies. */
export function findBinaries(value: unknown): Binaries {
  if (!isObject(value)) return none;
  const found: Binaries = { buffers: [], memory: new Set() };
  const seen = new Set<object>([value]);
  for (const each of seen) look(each, seen, found); // a set may grow under its own loop: no recursion, and cycles end
  return found;
}

const none: Binaries = { buffers: [], memory: new Set() };

function look(value: object, seen: Set<object>, found: Binaries): void {
  const visit = (part: unknown) => {
    if (isObject(part)) seen.add(part);
  };
  if (Array.isArray(value)) {
    for (const part of value) visit(part);
  } else if (ArrayBuffer.isView(value)) {
    if (Buffer.isBuffer(value)) found.buffers.push(value);
    found.memory.add(value.buffer);
  } else if (value instanceof ArrayBuffer) {
    found.memory.add(value);
  } else if (value instanceof Map) {
    for (const [key, part] of value) {
      visit(key);
      visit(part);
    }
  } else if (value instanceof Set) {
    for (const part of value) visit(part);
  } else {
    for (const part of Object.values(value)) visit(part);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
