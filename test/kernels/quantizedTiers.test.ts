/** Operations on integers: every tier gives the integers of the naive one, by every rule, however the work is cut. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conv2dGeometry } from "../../src/geometry/conv2d.ts";
import { pool2dGeometry } from "../../src/geometry/pool2d.ts";
import { outputRange } from "../../src/geometry/quantizedActivation.ts";
import { quantizedAddition, quantizedProduct } from "../../src/geometry/quantizedArithmetic.ts";
import { meanRatio, QUANTIZE_RULES, ROUNDINGS } from "../../src/geometry/requantization.ts";
import { outputShape } from "../../src/geometry/window.ts";
import { random, Tensor } from "../../src/index.ts";
import type { LayerWeights } from "../../src/kernels/contract/kernels.ts";
import type { IntegerKernel, QuantizedKernelSet } from "../../src/kernels/contract/quantized.ts";
import { QUANTIZED } from "../../src/kernels/quantized/alone.ts";
import { quantizedSimd } from "../../src/kernels/quantized/simd.ts";
import { hasExactDot } from "../../src/kernels/simd/quantized/exactDot.ts";
import { eager } from "../../src/runtime/eager.ts";
import type { Numbers } from "../../src/tensor/numbers.ts";
import { INTEGER_RANGES, type IntegerData, integersOf, type QuantizedType } from "../../src/tensor/quantizedTensor.ts";
import { type Shape, sizeOf } from "../../src/tensor/shape.ts";
import { settings } from "../support/geometries.ts";

type Kernels = QuantizedKernelSet<IntegerKernel>;

/** Every tier but the naive one; the emitted one by each way to multiply, in one piece and in several. */
const OTHERS: readonly (readonly [name: string, kernels: Kernels])[] = [
  ["im2col", QUANTIZED.im2col],
  ["simd, pairs", eager(quantizedSimd(undefined, false))],
  ["simd, pairs, in three parts", eager(quantizedSimd(undefined, false), 3)],
  ...(hasExactDot()
    ? ([
        ["simd, quads", eager(quantizedSimd(undefined, true))],
        ["simd, quads, in two parts", eager(quantizedSimd(undefined, true), 2)],
      ] as const)
    : []),
];
if (!hasExactDot()) console.log("quads are skipped: this engine's dot product of bytes is not exact");

/** @param type of the output; "float32" for real numbers */
function agree(
  kernelOf: (kernels: Kernels) => IntegerKernel,
  inputs: readonly Numbers[],
  type: QuantizedType | "float32",
  shape: Shape,
  weights: LayerWeights = {},
): void {
  const run = (kernels: Kernels): Numbers => {
    const y = type === "float32" ? Tensor.zeros(shape) : integersOf(type, sizeOf(shape));
    kernelOf(kernels)(weights)(inputs, y);
    return y;
  };
  const expected = run(QUANTIZED.naive);
  for (const [name, kernels] of OTHERS) expect(run(kernels), name).toEqual(expected);
}

const type = fc.constantFrom<QuantizedType>("int8", "uint8");
const small = (max: number) => fc.integer({ min: 1, max });
const rounding = fc.constantFrom(...ROUNDINGS);

function drawn(of: QuantizedType, size: number, seed: number): IntegerData {
  const source = random(seed);
  const [min] = INTEGER_RANGES[of];
  return integersOf(of, size).map(() => min + source.integer(256));
}

/** Any levels whose scale is near 1 / 40. */
function levels(of: QuantizedType, seed: number) {
  const source = random(seed);
  const [min] = INTEGER_RANGES[of];
  return { type: of, scale: Math.fround(0.01 + 0.03 * source.uniform()), zeroPoint: min + source.integer(256) };
}

test("convolutions", () => {
  const cases = fc.record({
    ...{ x: type, filter: fc.constantFrom("int8", "int8", "uint8") as typeof type, rounding },
    ...{ N: small(2), H: small(9), W: small(9), G: fc.constantFrom(1, 1, 2, 3, "depthwise" as const) },
    ...{ Cg: small(9), Og: small(20), C: small(20), M: fc.constantFrom(1, 1, 2) },
    ...{ KH: fc.constantFrom(1, 1, 2, 3, 5, 7), KW: fc.constantFrom(1, 1, 2, 3, 5, 7), sH: small(3), sW: small(2) },
    ...{ dilation: fc.constantFrom(1, 1, 2), padding: fc.constantFrom("same", "same-lower", 3, [0, 1, 2, 0] as const) },
    ...{ limits: fc.boolean(), largest: fc.constantFrom(0.001, 0.02, 3), seed: fc.nat(1e6) },
  });
  fc.assert(
    fc.property(cases, (c) => {
      const isDepthwise = c.G === "depthwise";
      const [C, O, G] = isDepthwise ? [c.C, c.C * c.M, c.C] : [c.Cg * Number(c.G), c.Og * Number(c.G), Number(c.G)];
      const shape = [c.N, c.H + 2 * c.KH, c.W + 2 * c.KW, C];
      const padding = c.padding as "same";
      const g = conv2dGeometry(
        shape,
        [c.KH, c.KW, C / G, O],
        { strides: [c.sH, c.sW], dilations: c.dilation, groups: G, padding },
        "conv2d",
      );
      const source = random(c.seed);
      const output = levels(c.x, c.seed + 1);
      const range = outputRange(output, c.limits ? "relu6" : "none");
      const layer = {
        input: levels(c.x, c.seed + 2),
        filterZeroPoints: Array.from({ length: O }, () => (c.filter === "int8" ? 0 : 121)),
        requantization: {
          rounding: c.rounding,
          ratios: Array.from({ length: O }, () => c.largest * source.uniform()),
          output: range,
        },
      };
      const weights = {
        filter: { data: drawn(c.filter, (c.KH * c.KW * C * O) / G, c.seed + 3) },
        bias:
          source.uniform() < 0.5 ? null : { data: Int32Array.from({ length: O }, () => source.integer(8001) - 4000) },
      };
      agree((kernels) => kernels.conv2d(g, layer), [drawn(c.x, sizeOf(shape), c.seed)], c.x, outputShape(g), weights);
    }),
    settings(600),
  );
});

test("dense layers, of one row and of several", () => {
  const cases = fc.record({
    x: type,
    rounding,
    N: fc.constantFrom(1, 2, 5, 65),
    I: small(40),
    O: small(70),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(cases, ({ x, rounding: rule, N, I, O, seed }) => {
      const source = random(seed);
      const output = outputRange(levels(x, seed + 1));
      const ratios = Array.from({ length: O }, () => 0.02 * source.uniform());
      const layer = {
        input: levels(x, seed + 2),
        filterZeroPoints: ratios.map(() => 0),
        requantization: { rounding: rule, ratios, output },
      };
      const filter = { data: drawn("int8", I * O, seed + 3) };
      agree((kernels) => kernels.dense({ N, I, O }, layer), [drawn(x, N * I, seed)], x, [N, O], { filter });
    }),
    settings(200),
  );
});

test("pools and means", () => {
  const cases = fc.record({
    ...{ x: type, rounding, N: small(2), H: small(9), W: small(8), C: small(40), seed: fc.nat(1e6) },
    ...{ KH: small(4), KW: small(3), stride: small(3), padding: fc.constantFrom("same" as const, "valid" as const) },
  });
  fc.assert(
    fc.property(cases, ({ x, rounding: rule, N, H, W, C, KH, KW, stride, padding, seed }) => {
      const shape = [N, H + 3, W + 2, C];
      const data = drawn(x, sizeOf(shape), seed);
      const g = pool2dGeometry("pool", shape, { windowDimensions: [KH, KW], strides: stride, padding });
      const [min, max] = INTEGER_RANGES[x];
      for (const limits of [
        { type: x, min, max },
        { type: x, min: min + 100, max: max - 100 },
      ]) {
        agree((kernels) => kernels.maxPool2d(g, limits), [data], x, outputShape(g));
        agree((kernels) => kernels.averagePool2d(g, limits), [data], x, outputShape(g));
      }
      const [from, to] = [levels(x, seed), levels(x, seed + 1)];
      const P = shape[1] * shape[2];
      const mean = { rounding: rule, ratios: [meanRatio(rule, from.scale, to.scale, P)], output: outputRange(to) };
      agree((kernels) => kernels.mean([N, P, C], from, mean), [data], x, [N, C]);
    }),
    settings(200),
  );
});

test("sums and products, broadcast", () => {
  const cases = fc.record({
    ...{ a: type, b: type, y: type, rounding, extents: fc.tuple(small(3), small(5), small(40)) },
    ...{ stretched: fc.constantFrom("none", "pixels", "channels", "all", "long"), seed: fc.nat(1e6) },
  });
  fc.assert(
    fc.property(cases, ({ a, b, y, rounding: rule, extents: [N, P, C], stretched, seed }) => {
      const shape = stretched === "long" ? [1, 3000 + C] : [N, P, C];
      const other = { none: shape, long: shape, pixels: [N, 1, C], channels: [N, P, 1], all: [1] }[stretched] as Shape;
      const [from, second, to] = [levels(a, seed), levels(b, seed + 1), levels(y, seed + 2)];
      const data = [drawn(a, sizeOf(shape), seed), drawn(b, sizeOf(other), seed + 3)];
      for (const op of ["add", "sub"] as const) {
        const sum = quantizedAddition(op, rule, from, second, to.scale, outputRange(to));
        agree((kernels) => kernels.add(sum, shape, other, shape), data, y, shape);
      }
      const product = quantizedProduct(rule, from, second, to.scale, outputRange(to));
      agree((kernels) => kernels.mul(product, shape, other, shape), data, y, shape);
      const turned = quantizedProduct(rule, second, from, to.scale, outputRange(to));
      agree((kernels) => kernels.mul(turned, other, shape, shape), data.toReversed(), y, shape);
    }),
    settings(200),
  );
});

describe("functions, conversions and copies", () => {
  const cases = fc.record({ x: type, y: type, rounding, n: small(70), seed: fc.nat(1e6) });

  test("of single numbers", () => {
    fc.assert(
      fc.property(cases, ({ x, y, rounding: rule, n, seed }) => {
        const [from, to] = [levels(x, seed), levels(y, seed + 1)];
        const f = { op: "activation", activation: "hardSwish" } as const;
        for (const of of [f, null]) {
          agree(
            (kernels) => kernels.elementwise(n, { rounding: rule, f: of, x: from, y: to }),
            [drawn(x, n, seed)],
            y,
            [n],
          );
        }
        agree((kernels) => kernels.dequantize(n, from), [drawn(x, n, seed)], "float32", [n]);
        const source = random(seed);
        // Half of them halfway between two integers.
        const real = Float32Array.from({ length: n }, () => {
          const steps = source.integer(700) - 350;
          return source.uniform() < 0.5 ? (steps + 0.5) * to.scale : source.normal();
        });
        const infinite = new Tensor(Float32Array.of(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -0), [4]);
        for (const values of [new Tensor(real, [n]), infinite]) {
          const rule = QUANTIZE_RULES[seed % 3];
          const offset = [0, to.zeroPoint, to.zeroPoint - INTEGER_RANGES[y][0]][seed % 4] ?? 0;
          agree(
            (kernels) => kernels.quantize(values.size, rule, to.scale, outputRange(to), offset),
            [values],
            y,
            values.shape,
          );
        }
      }),
      settings(150),
    );
  });

  test("of whole values", () => {
    fc.assert(
      fc.property(cases, ({ x, n, seed }) => {
        const shape = [2, 3, 4, n];
        const data = drawn(x, sizeOf(shape), seed);
        const padded = [2, 5, 4, n + (seed % 3)];
        agree(
          (kernels) =>
            kernels.pad(
              shape,
              [0, 1, 0, seed % 2],
              padded.map((v, i) => v + (i === 3 ? 1 : 0)),
              77,
            ),
          [data],
          x,
          padded.map((v, i) => v + (i === 3 ? 1 : 0)),
        );
        agree((kernels) => kernels.pick(shape, [null, [2, 0], null, null]), [data], x, [2, 2, 4, n]);
        agree((kernels) => kernels.pick(shape, [null, null, [3, 3, 1], null]), [data], x, [2, 3, 3, n]);
        agree((kernels) => kernels.concat([shape, shape], 3), [data, data.toReversed()], x, [2, 3, 4, 2 * n]);
        agree((kernels) => kernels.concat([shape, shape], 1), [data, data.toReversed()], x, [2, 6, 4, n]);
        agree((kernels) => kernels.transpose(shape, [0, 2, 1, 3]), [data], x, [2, 4, 3, n]);
        agree((kernels) => kernels.transpose(shape, [0, 3, 1, 2]), [data], x, [2, n, 3, 4]);
      }),
      settings(60),
    );
  });
});
