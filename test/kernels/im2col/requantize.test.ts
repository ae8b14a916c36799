/** Sums by the im2col tier against the rules one by one. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROUNDINGS, requantizers } from "../../../src/geometry/requantization.ts";
import { channelRequantizer } from "../../../src/kernels/im2col/quantized/requantize.ts";
import { times } from "../../support/effort.ts";

/** Sums and ratios whose products are near whole and half numbers, within and around eight bits. */
const channels = fc.array(
  fc.oneof(
    fc
      .record({ halves: fc.integer({ min: -700, max: 700 }), power: fc.integer({ min: -20, max: 6 }) })
      .map(({ halves, power }) => ({ sum: Math.round((halves / 2) * 2 ** -power), ratio: 2 ** power })),
    fc.record({
      sum: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      ratio: fc.double({ min: -36, max: 0, noNaN: true }).map((power) => 2 ** power),
    }),
    fc.record({
      sum: fc.integer({ min: -40_000, max: 40_000 }),
      ratio: fc.double({ min: -16, max: -4, noNaN: true }).map((power) => 2 ** power),
    }),
  ),
  { minLength: 1, maxLength: 8 },
);

describe.each(ROUNDINGS)("%s", (rounding) => {
  test.each([
    { zeroPoint: -5, min: -128, max: 127 },
    { zeroPoint: 100, min: 100, max: 255 },
  ])("zero point $zeroPoint, from $min to $max", (output) => {
    fc.assert(
      fc.property(channels, (row) => {
        const requantization = { rounding, ratios: row.map(({ ratio }) => Math.fround(ratio)), output };
        const requantizeChannel = channelRequantizer(requantization);
        const found = row.map(({ sum }, o) => requantizeChannel(sum, o) + 0);
        expect(found).toEqual(requantizers(requantization).map((requantize, o) => requantize(row[o].sum) + 0));
      }),
      { numRuns: times(4_000) },
    );
  });
});
