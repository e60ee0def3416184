/**
 * Numbers from 0 up to 1 that depend on `words` alone: the same today and tomorrow, whatever else was asked before. FNV-1a
 * over the words, its bits mixed as MurmurHash3 ends.
 */
export function seededRandom(...words: readonly (string | number)[]): number {
  let hash = 0x811c9dc5;
  for (const char of words.join("\0")) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
