/** `1 byte`, `2 bytes`: a number of bytes for a message, exactly. */
export function byteCount(bytes: number): string {
  return bytes === 1 ? "1 byte" : `${bytes} bytes`;
}
