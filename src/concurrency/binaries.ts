/** What a value contains that needs care on the way to another thread. */
export interface Binaries {
  /** Its Buffers, which a structured clone turns into plain Uint8Arrays. */
  readonly buffers: Uint8Array[];
  /** Every object in it; the memory of its views counts as one. */
  readonly objects: Set<unknown>;
}

const none: Binaries = { buffers: [], objects: new Set() };

/** Look through everything in `value` that a structured clone copies. */
export function findBinaries(value: unknown): Binaries {
  if (!isObject(value)) return none;
  const found: Binaries = { buffers: [], objects: new Set() };
  found.objects.add(value);
  for (const each of found.objects) look(each as object, found); // a set may grow under its own loop: cycles end
  return found;
}

function look(value: object, { buffers, objects }: Binaries): void {
  if (Array.isArray(value)) {
    addObjects(value, objects);
  } else if (ArrayBuffer.isView(value)) {
    if (Buffer.isBuffer(value)) buffers.push(value);
    objects.add(value.buffer);
  } else if (value instanceof Map) {
    addObjects(value.keys(), objects);
    addObjects(value.values(), objects);
  } else if (value instanceof Set) {
    addObjects(value, objects);
  } else if (!(value instanceof ArrayBuffer)) {
    addObjects(Object.values(value), objects);
  }
}

function addObjects(values: Iterable<unknown>, objects: Set<unknown>): void {
  for (const value of values) if (isObject(value)) objects.add(value);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
