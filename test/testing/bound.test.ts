/**
 * The two bounds: exact for whole numbers, never too strict for a correct kernel, and sharp enough for the faults of
 * chapter 14.
 */
import { describe, expect, test } from "vitest";
import { conv2d, random, randomTensor, type Tensor, tensor } from "../../src/index.ts";
import {
  convCases,
  convOperandsFor,
  convOracle,
  judgeConv,
  PRECISIONS,
  type Verdict,
} from "../../src/testing/index.ts";
import { FORMATS } from "../../src/testing/precision.ts";
import { jobOf, roundTo, run } from "../support/faults.ts";
import { dotsOf, ORDERS, oracleOf, plantedTable, simulate, summed } from "../support/oracleTables.ts";

describe("whole numbers", () => {
  test("below 2^24 have bounds of 0, and every output off by 1 is wrong", () => {
    for (const [i, wanted] of convCases({ count: 120, seed: 5 }).entries()) {
      const { input, filter, options } = convOperandsFor(wanted, i, "integers");
      const isExact = ["none", "relu", "relu6"].includes(options.activation ?? "none");
      const oracle = convOracle(wanted.op, input, filter, options);
      expect(oracle.bounds.every((bound) => bound === 0)).toBe(isExact);
      if (!isExact) continue;
      expect(oracle.statistics).toEqual(oracle.bounds);
      expect(judgeConv(oracle.values, oracle).verdict).toBe("within");
      const off = judgeConv(
        oracle.values.map((value, at) => value + (at === 0 ? 1 : 0)),
        oracle,
      );
      expect([off.verdict, off.wrong, off.used]).toEqual([
        "wrong",
        [0],
        { proof: Number.POSITIVE_INFINITY, statistics: Number.POSITIVE_INFINITY },
      ]);
    }
  });

  test.each([
    ["at 2^24 are rounded", [2 ** 23, 2 ** 23], [1, 1], 0, false],
    ["just below are not", [2 ** 23, 2 ** 23 - 1], [1, 1], 0, true],
    ["a bias counts", [2 ** 23, 2 ** 23 - 1], [1, 1], 1, false],
    ["signs do not", [2 ** 23, -(2 ** 23)], [1, 1], 0, false],
    ["a half is not whole", [0.5, 1], [2, 2], 0, false],
  ])("%s", (_, x, w, b, isExact) => {
    const oracle = convOracle("pointwiseConv2d", tensor(x, [1, 1, 1, 2]), tensor(w, [2, 1]), {
      bias: tensor([b], [1]),
    });
    expect(oracle.bounds[0] === 0).toBe(isExact);
  });

  test("in float16 sums are exact below 2^11", () => {
    const bound = (x: number): number =>
      convOracle("pointwiseConv2d", tensor([x], [1, 1, 1, 1]), tensor([1], [1, 1]), { precision: "float16" }).bounds[0];
    expect(bound(2047)).toBe(0);
    expect(bound(2048)).toBeGreaterThan(0);
  });
});

describe("the statistical bound", () => {
  test("calls no correct kernel suspicious, from 1 to 8192 products", { timeout: 60_000 }, () => {
    for (const { kind, suspicious, used, proofAlone, cases } of simulate(3)) {
      expect(suspicious, kind).toBe(0);
      for (const share of Object.values(used)) expect(share, kind).toBeLessThan(0.7);
      expect(proofAlone > cases / 2, kind).toBe(kind === "both constant");
    }
  });

  test("is smaller than the proof by the length of the sum", () => {
    const sharpness = (K: number): number => {
      const { bounds, statistics } = oracleOf(dotsOf("mixed signs", K, 4, K, false));
      return bounds[0] / (statistics?.[0] ?? Number.NaN);
    };
    expect(sharpness(27)).toBeGreaterThan(2);
    expect(sharpness(4608)).toBeGreaterThan(300);
  });

  test("leaves repeated products to the proof, and says so", () => {
    const dots = dotsOf("both constant", 4608, 4, 1, false);
    const oracle = oracleOf(dots);
    expect(oracle.statistics).toBeNull();
    const judged = judgeConv(summed(dots, ORDERS["in sequence"]), oracle);
    expect([judged.verdict, judged.used.statistics]).toEqual(["within", null]);
    expect(judged.message).toMatch(/^the proof alone judges: products repeat/);
  });

  test("leaves sums that swamp their products to the proof", () => {
    const dots = { ...dotsOf("positive", 2000, 4, 1, false), bias: 2 ** 22 };
    const oracle = oracleOf(dots);
    expect(oracle.statistics).toBeNull();
    expect(judgeConv(summed(dots, ORDERS["in sequence"], true), oracle).verdict).toBe("within");
  });

  test("reports the share that is used", () => {
    const dots = dotsOf("mixed signs", 100, 4, 1, false);
    const oracle = oracleOf(dots);
    const answer = oracle.values.map((value, i) => (i === 2 ? value + oracle.bounds[i] / 4 : value));
    const { used, worst } = judgeConv(answer, oracle);
    expect(used.proof).toBeCloseTo(0.25, 6);
    expect(used.statistics).toBeCloseTo(oracle.bounds[2] / 4 / (oracle.statistics?.[2] ?? 0), 6);
    expect(worst).toMatchObject({
      index: 2,
      position: [0, 0, 2, 0],
      expected: oracle.values[2],
      bound: oracle.bounds[2],
    });
  });

  test("catches every planted fault of chapter 14, and none of the correct kernels", () => {
    const rows = plantedTable()
      .split("\n")
      .slice(1)
      .map((row) => row.split(/ {2,}/));
    const isCorrect = (row: readonly string[]): boolean => row[0].startsWith("correct");
    expect(rows.filter(isCorrect).length).toBe(4);
    expect(rows.length).toBe(11);
    for (const row of rows) {
      for (const cell of row.slice(1)) expect(cell, row[0]).toMatch(isCorrect(row) ? /^within/ : /^(wrong|suspicious)/);
    }
  });
});

describe("other precisions", () => {
  test("round to the nearest number, ties to even", () => {
    const { float16, bfloat16, tf32 } = FORMATS;
    expect([1 + 2 ** -11, 1 + 3 * 2 ** -11, 65519, 65520, -1e9].map(float16.sums.round)).toEqual([
      1,
      1 + 2 ** -9,
      65504,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]);
    expect([2 ** -24, 1.4 * 2 ** -24, 2 ** -25, 3 * 2 ** -25].map(float16.sums.round)).toEqual([
      2 ** -24,
      2 ** -24,
      0,
      2 ** -23,
    ]);
    expect([1 + 2 ** -8, 1 + 3 * 2 ** -8, 3e38].map(bfloat16.sums.round)).toEqual([1, 1 + 2 ** -6, 0xe2 * 2 ** 120]);
    expect(tf32.operands?.round(1 + 2 ** -11)).toBe(1);
    expect([Number.NaN, Number.POSITIVE_INFINITY].map(bfloat16.sums.round)).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
    ]);
    const source = random(4);
    for (let i = 0; i < 2000; i++) {
      const value = Math.fround(source.normal() * 2 ** (source.integer(20) - 10));
      expect(bfloat16.sums.round(value)).toBe(roundTo(8, value));
      if (Math.abs(value) > 2 ** -14) expect(float16.sums.round(value)).toBe(roundTo(11, value));
    }
  });

  test.each([
    ["float16", 11],
    ["bfloat16", 8],
  ] as const)("a kernel that computes in %s is within its bounds, and wrong by those of float32", (precision, bits) => {
    const verdicts: Verdict[] = [];
    for (const [i, wanted] of convCases({ count: 150, seed: 3 }).entries()) {
      const operands = convOperandsFor(wanted, i);
      const { input, filter, options } = operands;
      const oracle = convOracle(wanted.op, input, filter, { ...options, precision });
      const job = jobOf(wanted, operands, oracle);
      const low = (t: Tensor): Tensor =>
        tensor(
          t.toFloat32Array().map((value) => roundTo(bits, value)),
          t.shape,
        );
      const answer = run(
        { ...job, x: low(job.x), w: low(job.w), bias: job.bias.map((b) => roundTo(bits, b)) },
        { round: (s) => roundTo(bits, s) },
      ).map((y) => roundTo(bits, y));
      expect(judgeConv(answer, oracle).verdict, wanted.name).toBe("within");
      verdicts.push(judgeConv(answer, convOracle(wanted.op, input, filter, options)).verdict);
    }
    expect(verdicts.filter((verdict) => verdict === "wrong").length).toBeGreaterThan(140);
  });

  test("tf32 rounds operands and sums in float32", () => {
    const source = random(2);
    const [x, w] = [randomTensor([1, 6, 6, 32], source), randomTensor([3, 3, 32, 4], source)];
    const low = (t: Tensor): Tensor =>
      tensor(
        t.toFloat32Array().map((value) => roundTo(11, value)),
        t.shape,
      );
    const answer = conv2d(low(x), low(w), { backend: "im2col" });
    const by = (precision: (typeof PRECISIONS)[number]) => judgeConv(answer, convOracle("conv2d", x, w, { precision }));
    expect(PRECISIONS.map((precision) => by(precision).verdict)).toEqual(["wrong", "within", "within", "within"]);
    expect(by("tf32").used.proof).toBeGreaterThan(10 * by("float16").used.proof);
  });
});

describe("operands that overflow", () => {
  const huge = (...x: number[]) =>
    convOracle("pointwiseConv2d", tensor(x, [1, 1, 1, x.length]), tensor(Array(x.length).fill(1), [x.length, 1]));

  test("in every order must be infinite; in some, nothing is judged, and the verdict says so", () => {
    const always = huge(3e38, 3e38);
    expect(judgeConv([Number.POSITIVE_INFINITY], always).verdict).toBe("within");
    expect(judgeConv([6e38], always).verdict).toBe("within");
    expect(judgeConv([1], always).verdict).toBe("wrong");
    expect(judgeConv([Number.NEGATIVE_INFINITY], always).verdict).toBe("wrong");
    const sometimes = huge(3e38, 3e38, -3e38);
    const judged = judgeConv([Number.POSITIVE_INFINITY], sometimes);
    expect(judged.verdict).toBe("within");
    expect(judged.message).toContain("1 of 1 outputs are not judged: a partial sum of theirs may overflow float32");
  });

  test("in float16 at 65504", () => {
    const oracle = convOracle("pointwiseConv2d", tensor([300], [1, 1, 1, 1]), tensor([300.5], [1, 1]), {
      precision: "float16",
    });
    expect(judgeConv([Number.POSITIVE_INFINITY], oracle).verdict).toBe("within");
    expect(judgeConv([90150], oracle).verdict).toBe("within");
    expect(judgeConv([60000], oracle).verdict).toBe("wrong");
  });
});
