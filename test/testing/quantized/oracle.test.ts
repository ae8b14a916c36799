/** The oracle of integers: sums and outputs after independent loops, in every layout, and what a verdict says. */
import { describe, expect, test } from "vitest";
import { tensor } from "../../../src/index.ts";
import { conv2d, depthwiseConv2d, pointwiseConv2d, ROUNDINGS } from "../../../src/ops/quantized/index.ts";
import { permuted } from "../../../src/tensor/quantizedTensor.ts";
import {
  type ConvCase,
  convCases,
  convMatchers,
  convOperandsFor,
  convOracle,
  expectConvClose,
  judgeConv,
  judgeSuite,
  quantizedConvOperandsFor,
  quantizedConvOracle,
  quantizedConvVectors,
  seededQuantizedVectors,
} from "../../../src/testing/index.ts";
import { run } from "../../support/faults.ts";
import { quantizedJobOf } from "../../support/quantizedFaults.ts";

const CASES = convCases({ count: 60, activations: ["none", "relu", "relu6"] });
const OPS = { conv2d, depthwiseConv2d, pointwiseConv2d };
const DRAWS = (["int8", "uint8"] as const).flatMap((type) => ROUNDINGS.map((rounding) => ({ type, rounding })));

describe.each(DRAWS)("$type, $rounding", (draw) => {
  test("sums and outputs are those of loops written apart, and of the operation on every tier", () => {
    for (const [i, wanted] of CASES.entries()) {
      const operands = quantizedConvOperandsFor(wanted, i, draw);
      const { input, filter, options } = operands;
      const oracle = quantizedConvOracle(wanted.op, input, filter, options);
      const job = quantizedJobOf(wanted, operands, oracle.geometry);
      expect([...oracle.accumulators], wanted.name).toEqual(run({ ...job, ending: (sum) => sum }));
      expect([...oracle.output.data], wanted.name).toEqual(run(job));
      for (const backend of ["naive", "im2col", "simd"] as const) {
        const answer = OPS[wanted.op](input, filter, { ...options, backend });
        expect(judgeConv(answer, oracle).message, `${wanted.name}, ${backend}`).toBe("");
      }
    }
  });

  test("some sums saturate, and some lie half-way between two integers", () => {
    let [outputs, saturated, halves] = [0, 0, 0];
    for (const [i, wanted] of CASES.entries()) {
      const { oracle } = seededQuantizedVectors(wanted, i, draw);
      const { min, max } = oracle.problem.output.range;
      outputs += oracle.output.data.length;
      saturated += [...oracle.output.data].filter((q) => q === min || q === max).length;
      oracle.accumulators.forEach((sum, at) => {
        const { scale } = oracle.multipliers[oracle.indices[at] % oracle.geometry.O];
        if (Math.abs(((sum * scale) % 1) - Math.sign(sum) / 2) < 1e-12) halves++;
      });
    }
    expect(saturated / outputs).toBeGreaterThan(0.05);
    expect(saturated / outputs).toBeLessThan(0.4);
    expect(halves / outputs).toBeGreaterThan(0.01);
  });
});

test("vectors in other layouts have the same integers in another order", () => {
  for (const [i, wanted] of CASES.slice(0, 30).entries()) {
    const plain = seededQuantizedVectors(wanted, i).oracle;
    const planar = seededQuantizedVectors(wanted, i, { layout: "nchw" }).oracle;
    expect(permuted(planar.output, [0, 2, 3, 1]).data, wanted.name).toEqual(plain.output.data);
    const sums = new Int32Array(plain.accumulators.length);
    planar.indices.forEach((to, from) => {
      sums[to] = planar.accumulators[from];
    });
    expect(sums, wanted.name).toEqual(plain.accumulators);
    if (wanted.op === "depthwiseConv2d") continue;
    const { oracle } = seededQuantizedVectors(wanted, i, { filterLayout: "ohwi" });
    expect(oracle.output.data, wanted.name).toEqual(plain.output.data);
  }
});

test("the patch matrix times the filter is the sum: padding is the input's zero point", () => {
  const [wanted] = CASES.filter(({ op, options }) => op === "conv2d" && options.padding === "same" && !options.groups);
  const { oracle, patches } = seededQuantizedVectors(wanted, 1);
  const { g, w, bias, input } = oracle.problem;
  const K = g.KH * g.KW * g.C;
  oracle.accumulators.forEach((sum, at) => {
    const [row, o] = [Math.floor(at / g.O), at % g.O];
    let own = bias?.[o] ?? 0;
    for (let k = 0; k < K; k++) own += (patches[row * K + k] - input.zeroPoint) * w.data[k * g.O + o];
    expect(own).toBe(sum);
  });
});

describe("a verdict", () => {
  const wanted = CASES.find(({ op, hasBias }) => op === "conv2d" && hasBias) as ConvCase;
  const { oracle, input } = seededQuantizedVectors(wanted, 1, { rounding: "float-half-even" });
  const right = [...oracle.output.data];

  test("of the right answer, in any form, is exact", () => {
    for (const answer of [right, oracle.output, tensor(right, oracle.shape), Int8Array.from(right)]) {
      expect(judgeConv(answer, oracle)).toMatchObject({ verdict: "within", isClose: true, wrong: [], message: "" });
    }
    expect(() => expectConvClose(right, oracle)).not.toThrow();
    expect(convMatchers.toBeConvClose(right, oracle).pass).toBe(true);
  });

  test("names the output, its products, its sum, and the rule", () => {
    const at = right.indexOf(right.find((q) => Math.abs(q) < 100) as number);
    const { verdict, worst, message } = judgeConv(right.with(at, right[at] + 1), oracle);
    expect([verdict, worst?.index, worst?.actual, worst?.expected]).toEqual(["wrong", at, right[at] + 1, right[at]]);
    expect(message).toMatch(new RegExp(`^conv2d: 1 of ${right.length} outputs are wrong, by one \\(input `));
    expect(message).toContain(`sum ${oracle.accumulators[at]} · `);
    expect(message).toContain(`rounded by float-half-even, plus the zero point ${oracle.problem.output.zeroPoint}`);
  });

  test("of numbers that are no integers, or NaN, is wrong", () => {
    expect(judgeConv(right.with(0, right[0] + 0.25), oracle).wrong).toEqual([0]);
    const nothing = judgeConv(right.with(3, Number.NaN), oracle);
    expect([nothing.wrong, nothing.worst?.index]).toEqual([[3], 3]);
  });

  test("of another shape or other levels says which", () => {
    expect(judgeConv(right.slice(1), oracle).message).toContain(`the answer has ${right.length - 1} numbers, needs`);
    expect(judgeConv({ ...oracle.output, zeroPoint: 1 }, oracle).message).toMatch(
      /the answer is int8, scale .*, zero point 1, needs int8, scale .*, zero point/,
    );
    const real = convOperandsFor(wanted);
    const ofReal = convOracle(wanted.op, real.input, real.filter, real.options);
    expect(judgeConv(oracle.output, ofReal).message).toContain("needs real numbers: dequantize it");
  });

  test("of a suite counts, and says what failing cases share", () => {
    const answers = CASES.map((one, i) => {
      const { oracle } = seededQuantizedVectors(one, i, { type: "uint8" });
      const { data, zeroPoint } = oracle.output;
      const answer = one.options.strides[0] > 1 ? data.map(() => zeroPoint as number) : data;
      return { name: one.name, oracle, answer };
    });
    const { counts, message } = judgeSuite(answers);
    expect(counts.wrong).toBeGreaterThan(5);
    expect(counts.suspicious).toBe(0);
    expect(message).toContain("row stride > 1");
  });

  test("is refused for what is no operand", () => {
    expect(() => quantizedConvOracle("conv2d", input, input, { output: { type: "int8", scale: 0 } })).toThrow(
      /^conv2d: /,
    );
    expect(() =>
      quantizedConvOperandsFor({ ...wanted, options: { ...wanted.options, activation: "sigmoid" } }),
    ).toThrow('quantizedConvOperandsFor: activation is "sigmoid", needs one of "none", "relu", "relu6"');
    expect(() => quantizedConvOperandsFor(wanted, 1, { type: "int4" } as never)).toThrow('type is "int4"');
    expect(() => quantizedConvVectors(wanted, null as never)).toThrow("quantizedConvVectors: operands are null");
    expect(() => convCases({ activations: ["gelu"] as never })).toThrow('convCases: activation is "gelu"');
  });
});
