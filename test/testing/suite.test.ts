import { describe, expect, test } from "vitest";
import { Tensor } from "../../src/index.ts";
import {
  type AnsweredCase,
  type ConvCase,
  convCases,
  convOperandsFor,
  convOracle,
  judgeConv,
  judgeSuite,
} from "../../src/testing/index.ts";
import { type Job, jobOf, run } from "../support/faults.ts";

/** A suite answered by a kernel that is wrong in some cases. */
function answered(count: number, kernel: (job: Job, wanted: ConvCase) => readonly number[]): AnsweredCase[] {
  return convCases({ count }).map((wanted, i) => {
    const operands = convOperandsFor(wanted, i + 1);
    const oracle = convOracle(wanted.op, operands.input, operands.filter, operands.options);
    return { name: wanted.name, oracle, answer: kernel(jobOf(wanted, operands, oracle), wanted) };
  });
}

describe("a suite", () => {
  test("that is right", () => {
    const judged = judgeSuite(answered(40, (job) => run(job)));
    expect(judged).toMatchObject({
      verdict: "within",
      isClose: true,
      counts: { within: 40, suspicious: 0, wrong: 0 },
      mistakes: [],
      shared: null,
      message: "all 40 cases are within their bounds",
    });
  });

  test("whose failing cases share two traits says which, and which mistake explains them", () => {
    const isHit = ({ strides, before, after }: Job): boolean =>
      (strides[0] > 1 || strides[1] > 1) && ((before[0] + after[0]) % 2 === 1 || (before[1] + after[1]) % 2 === 1);
    const judged = judgeSuite(
      answered(200, (job) => run(job).map((value, i) => (isHit(job) && i === 0 ? value + 1 : value))),
    );
    expect(judged.shared).toEqual({ words: "strides > 1 and odd padding", passing: 0 });
    expect(judged.message).toContain("all fail that have strides > 1 and odd padding, and no others");
  });

  test("counts what each mistake explains", () => {
    const judged = judgeSuite(answered(60, (job) => run({ ...job, bias: job.bias.map(() => 0) })));
    expect(judged.mistakes[0]).toEqual({ name: "bias left out", cases: judged.counts.wrong });
    expect(judged.shared).toEqual({ words: "a bias", passing: 0 });
    expect(judged.cases.length).toBe(60);
    expect(judged.message).toContain(`${judged.counts.wrong} of them fit this mistake: bias left out`);
  });

  test("of which every case fails", () => {
    const judged = judgeSuite(answered(10, (job) => run(job).map((value) => value + 1000)));
    expect(judged.shared).toBeNull();
    expect(judged.message).toMatch(/^10 of 10 cases fail: 10 wrong, 0 suspicious\nno case passes\nthe first, a 1×N/);
  });

  test("that is empty is refused, and so is an oracle of something else", () => {
    expect(() => judgeSuite([])).toThrow("judgeSuite: the suite is empty, needs at least one case");
    const pool = { op: "maxPool2d", values: new Float64Array(1) } as unknown as AnsweredCase["oracle"];
    expect(() => judgeSuite([{ name: "pool", oracle: pool, answer: [1] }])).toThrow(
      'judgeConv: the oracle is one of "maxPool2d", needs what convOracle or quantizedConvOracle returned for one of conv2d',
    );
    expect(() => judgeConv([1], null as unknown as AnsweredCase["oracle"])).toThrow("the oracle is null");
  });
});

describe("an answer of another shape", () => {
  const oracle = convOracle("conv2d", Tensor.zeros([1, 5, 6, 2]), Tensor.zeros([3, 3, 2, 7]));
  const nested = (shape: readonly number[]): unknown =>
    shape.length === 0 ? 0 : Array.from({ length: shape[0] }, () => nested(shape.slice(1)));

  test.each([
    [Tensor.zeros([1, 7, 3, 4]), "the answer is 1×7×3×4, needs 1×3×4×7: transpose([0, 2, 3, 1]) would fit"],
    [Tensor.zeros([1, 12, 7]), "the answer is 1×12×7, needs 1×3×4×7: as many numbers, so reshape would fit"],
    [Tensor.zeros([1, 5, 6, 7]), "the answer is 1×5×6×7, needs 1×3×4×7 ("],
    [nested([1, 7, 3, 4]), "transpose([0, 2, 3, 1]) would fit"],
    [[[1, 2], [3]], "the answer is no array of 1×3×4×7 (tensor: ragged nesting"],
    [new Float32Array(83), "the answer has 83 numbers, needs 84 for 1×3×4×7"],
  ])("%#", (answer, message) => {
    const judged = judgeConv(answer as Tensor, oracle);
    expect(judged).toMatchObject({ verdict: "wrong", wrong: [], worst: null, mistakes: [] });
    expect(judged.message).toContain(message);
  });

  test("nested arrays of the right one are judged", () => {
    expect(judgeConv(nested([1, 3, 4, 7]) as number[], oracle).verdict).toBe("within");
  });
});
