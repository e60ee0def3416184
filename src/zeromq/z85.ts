const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

/**
 * Decode Z85, four bytes for every five characters (https://rfc.zeromq.org/spec/32). Undefined if the text is no Z85: it
 * has a foreign character, an incomplete group, or a group above 32 bits, which would end the process in ZeroMQ.
 */
export function decodeZ85(text: string): Buffer | undefined {
  if (text.length % 5 !== 0) return undefined;
  const bytes = Buffer.alloc((text.length / 5) * 4);
  for (let i = 0; i < text.length / 5; i++) {
    const digits = Array.from(text.slice(i * 5, i * 5 + 5), (char) => alphabet.indexOf(char));
    const value = digits.reduce((sum, digit) => sum * 85 + digit, 0);
    if (digits.includes(-1) || value >= 2 ** 32) return undefined;
    bytes.writeUInt32BE(value, i * 4);
  }
  return bytes;
}
