/**
 * Write `chunk` behind the first `length` bytes of `buffer`, and return it; where there is no room, a copy of at least
 * twice its size, but of no more than `most` bytes unless these are needed.
 */
export function append(buffer: Buffer, length: number, chunk: Buffer, most: number): Buffer {
  const needed = length + chunk.length;
  let roomy = buffer;
  if (needed > buffer.length) {
    roomy = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * buffer.length, most)));
    buffer.copy(roomy, 0, 0, length);
  }
  chunk.copy(roomy, length);
  return roomy;
}
