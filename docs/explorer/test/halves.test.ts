import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readWeights, Tensor, writeSafetensors } from "../../../src/index.ts";
import { half, halved } from "../build/embeddedWeights.ts";

test("float16, ties to even, and what the library's own reader makes of it", async () => {
  // Values by the definition of binary16: 1 sign bit, 5 exponent bits, 10 fraction bits.
  const known: readonly (readonly [number, number])[] = [
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65520, 0x7c00],
    [Number.POSITIVE_INFINITY, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2047.9999 / 1024, 0x4000],
  ];
  for (const [value, bits] of known) expect(half(value), String(value)).toBe(bits);
  const values = Float32Array.from({ length: 2000 }, (_, i) => Math.sin(i) * 2 ** ((i % 40) - 25));
  const file = writeSafetensors(new Map([["a", new Tensor(values, [2000])]]));
  const back = (await readWeights(halved(file))).weights.get("a")?.toFloat32Array() ?? [];
  values.forEach((value, i) => {
    expect(Math.abs(back[i] - value)).toBeLessThanOrEqual(Math.max(Math.abs(value) * 2 ** -11, 2 ** -25));
  });
});

test("the network that comes with the page is half as long", () => {
  const file = new Uint8Array(readFileSync(new URL("../../../src/data/embedded/fashion.safetensors", import.meta.url)));
  expect(halved(file).length).toBeLessThan(0.51 * file.length);
});
