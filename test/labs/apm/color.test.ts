import "../../support/hygiene.js";
import assert from "node:assert/strict";
import { test } from "node:test";
import { colorFor, isColor, palette } from "../../../src/labs/apm/color.js";

test("isColor takes CSS names in any case and #hex only", () => {
  for (const color of ["red", "RebeccaPurple", "lightgoldenrodyellow", "grey", "#abc", "#A0B1c2"])
    assert.ok(isColor(color), color);
  for (const color of ["", "#ab", "#abcd", "#12345g", "redd", "constructor", "__proto__", "red;", "rgb(1,2,3)", "red "])
    assert.ok(!isColor(color), color);
});

test("colorFor gives each name a colour of its own every time", () => {
  const names = Array.from({ length: 100 }, (_, i) => `app-${i}`);
  const colors = names.map(colorFor);
  assert.ok(colors.every(isColor));
  assert.deepEqual(names.map(colorFor), colors);
  assert.ok(new Set(colors).size >= 12);
});

type Triple = readonly [number, number, number];

/** What eyes without one kind of cones see, on linear RGB: Machado, Oliveira and Fernandes, 2009. */
const eyes: Readonly<Record<string, readonly Triple[]>> = {
  common: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanope: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranope: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanope: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(color: string): Triple {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return [red, green, blue];
}

const times = (rows: readonly Triple[], [x, y, z]: Triple) =>
  rows.map(([a, b, c]) => a * x + b * y + c * z) as unknown as Triple;

/** OKLab: equal distances look equal. */
function oklab(rgb: Triple): Triple {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb.map((part) => Math.min(1, Math.max(0, part))) as unknown as Triple,
  );
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones.map(Math.cbrt) as unknown as Triple,
  );
}

for (const [eye, matrix] of Object.entries(eyes)) {
  test(`palette has 16 colours that a ${eye} eye tells apart`, () => {
    const seen = palette.map((color) => oklab(times(matrix, linear(color))));
    const distances = seen.flatMap((a, i) =>
      seen.slice(i + 1).map((b) => Math.hypot(...a.map((part, k) => part - (b[k] ?? 0)))),
    );
    assert.equal(palette.length, 16);
    assert.ok(Math.min(...distances) > 0.055, `${Math.min(...distances)}; 0.02 can just be seen side by side`);
  });
}
