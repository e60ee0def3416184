/**
 * A number from 0 up to 1 that depends on `words` alone, so it is the same in every process. It is FNV-1a over the
 * words, followed by the final mix of MurmurHash3.
 */
export function seededRandom(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join("\0")) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
