/** Convolutions of integers over every small window: the tiers against the naive one, no value may differ. */
import { conv2dGeometry } from "../../../src/geometry/conv2d.ts";
import { ROUNDINGS } from "../../../src/geometry/requantization.ts";
import { outputShape } from "../../../src/geometry/window.ts";
import { QUANTIZED } from "../../../src/kernels/quantized/alone.ts";
import { quantizedSimd } from "../../../src/kernels/quantized/simd.ts";
import { hasExactDot } from "../../../src/kernels/simd/quantized/exactDot.ts";
import { eager } from "../../../src/runtime/eager.ts";
import { integersOf } from "../../../src/tensor/quantizedTensor.ts";
import { sizeOf } from "../../../src/tensor/shape.ts";
import { at, type Config, check, coin, fits, stretch, windows } from "../../support/exhaustive.ts";

const TIERS = [
  ["im2col", QUANTIZED.im2col],
  ["simd, pairs", eager(quantizedSimd(undefined, false))],
  ...(hasExactDot() ? ([["simd, quads", eager(quantizedSimd(undefined, true))]] as const) : []),
] as const;

function tryConv(config: Config): string | null {
  const { index, N, C, O, G, padding, rows, columns } = config;
  if (!fits(rows) || !fits(columns)) return "refused";
  const shape = [N, rows.extent, columns.extent, C];
  const g = conv2dGeometry(
    shape,
    [rows.taps, columns.taps, C / G, O],
    { strides: [rows.stride, columns.stride], dilations: [rows.dilation, columns.dilation], groups: G, padding },
    "conv2d",
  );
  const numbers = (size: number, salt: number) => stretch(size, salt).map((v) => Math.max(-127, Math.min(127, v * 50)));
  const type = coin(index, 3) ? "int8" : "uint8";
  const x = integersOf(type, sizeOf(shape));
  numbers(x.length, index).forEach((value, i) => {
    x[i] = value + (type === "uint8" ? 128 : 0);
  });
  const zeroPoint = type === "uint8" ? 120 : -8;
  const layer = {
    input: { type, zeroPoint },
    filterZeroPoints: Array.from({ length: O }, () => (coin(index, 4) ? 0 : 3)),
    requantization: {
      rounding: ROUNDINGS[index % ROUNDINGS.length],
      ratios: Array.from({ length: O }, (_, o) => 0.003 + 0.001 * o),
      output: { zeroPoint, min: type === "uint8" ? 0 : -128, max: type === "uint8" ? 255 : 127 },
    },
  } as const;
  const filter = { data: Int8Array.from(numbers((rows.taps * columns.taps * C * O) / G, index + 1)) };
  const bias = coin(index, 0) ? null : { data: Int32Array.from(numbers(O, index + 2)) };
  const run = (kernels: (typeof QUANTIZED)["naive"]) => {
    const y = integersOf(type, sizeOf(outputShape(g)));
    kernels.conv2d(g, layer)({ filter, bias })([x], y);
    return y;
  };
  const expected = run(QUANTIZED.naive);
  for (const [name, kernels] of TIERS) {
    const wrong = run(kernels).findIndex((value, i) => value !== expected[i]);
    if (wrong >= 0) return `${at(index, config)} ${name}: differs at ${wrong}`;
  }
  return null;
}

check("convolutions of integers", () => {
  let checked = 0;
  let refused = 0;
  for (const config of windows([
    [1, 2, 1],
    [3, 5, 1],
    [4, 6, 2],
    [3, 3, 3],
  ])) {
    const wrong = tryConv(config);
    if (wrong === "refused") refused++;
    else if (wrong !== null) return { checked, refused, wrong };
    else checked++;
  }
  return { checked, refused, wrong: null };
});
