import fc from "fast-check";

const codePoint = fc.oneof(fc.nat(0xff), fc.nat(0x10ffff));
const inherited = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"];

/**
 * Text of any code points, lone surrogates included; half of them are among the first 256. Making the same with
 * fc.string() takes seconds.
 */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  { weight: 19, arbitrary: fc.array(codePoint).map((points) => String.fromCodePoint(...points)) },
  { weight: 1, arbitrary: fc.constantFrom(...inherited) },
);
