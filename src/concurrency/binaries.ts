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
  for (const each of seen) {
    // a set grows under its own loop: no recursion, and cycles end
    if (ArrayBuffer.isView(each)) {
      if (Buffer.isBuffer(each)) found.buffers.push(each);
      found.memory.add(each.buffer);
    } else if (each instanceof ArrayBuffer) {
      found.memory.add(each);
    } else {
      for (const part of parts(each)) if (isObject(part)) seen.add(part);
    }
  }
  return found;
}

const none: Binaries = { buffers: [], memory: new Set() };

function* parts(value: object): Iterable<unknown> {
  if (Array.isArray(value)) yield* value;
  else if (value instanceof Map) for (const entry of value) yield* entry;
  else if (value instanceof Set) yield* value;
  else yield* Object.values(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
