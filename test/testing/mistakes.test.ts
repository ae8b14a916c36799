/** Mistakes are named where they are made, and nowhere else. */
import { describe, expect, test } from "vitest";
import {
  conv2d,
  depthwiseConv2d,
  pointwiseConv2d,
  random,
  randomTensor,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { type Answer, type ConvOracle, convOracle, judgeConv, MISTAKES } from "../../src/testing/index.ts";
import { FAULTS } from "../support/faults.ts";
import { nameMistakes, RANDOM, RIGHT } from "../support/oracleTables.ts";

const namesOf = (answer: Answer, oracle: ConvOracle): string[] =>
  judgeConv(answer, oracle).mistakes.map(({ name }) => name);

test("every mistake has a name of its own, and is planted here", () => {
  expect(new Set(MISTAKES).size).toBe(MISTAKES.length);
  const planted = new Set(FAULTS.map(([name]) => name));
  const ofOtherLayouts = ["filter read as HWIO", "input read as NHWC", "output written as NHWC"]; // below
  expect(MISTAKES.filter((name) => !planted.has(name))).toEqual(ofOtherLayouts);
  expect([...planted].filter((name) => !MISTAKES.includes(name))).toEqual([]);
});

test("each is named in 95 % of the cases in which it shows; right kernels and random numbers have none", {
  timeout: 60_000,
}, () => {
  for (const { name, shows, named } of nameMistakes(150)) {
    if (name === RIGHT) expect([shows, named]).toEqual([0, 0]);
    else if (name === RANDOM) expect([shows, named]).toEqual([150, 0]);
    else {
      expect(shows, name).toBeGreaterThan(5);
      expect(named / shows, name).toBeGreaterThanOrEqual(0.95);
    }
  }
});

describe("layouts", () => {
  const source = random(4);
  const x = randomTensor([2, 4, 5, 3], source);
  const ORDERS = { hwio: [0, 1, 2, 3], oihw: [3, 2, 0, 1], ohwi: [3, 0, 1, 2], ihwo: [2, 0, 1, 3] } as const;
  const w = randomTensor([2, 3, 3, 7], source);
  const lying = (order: keyof typeof ORDERS): Tensor => w.transpose(ORDERS[order]).contiguous();
  const names = Object.keys(ORDERS) as (keyof typeof ORDERS)[];
  const pairs = names.flatMap((lies) => names.filter((as) => as !== lies).map((as) => [lies, as] as const));

  test.each(pairs)("a filter that lies as %s and is read as %s", (lies, as) => {
    const shape = ORDERS[as].map((axis) => w.shape[axis]);
    const oracle = convOracle("conv2d", x, lying(lies), { filterLayout: lies });
    const answer = conv2d(x, tensor(lying(lies).toFloat32Array(), shape), { filterLayout: as });
    expect(namesOf(answer, oracle)).toEqual([`filter read as ${as.toUpperCase()}`]);
  });

  test("of a depthwise filter", () => {
    const filter = randomTensor([2, 3, 3, 2], source);
    const read = depthwiseConv2d(x, tensor(filter.toFloat32Array(), [6, 1, 2, 3]), { filterLayout: "oihw" });
    expect(namesOf(read, convOracle("depthwiseConv2d", x, filter))).toContain("filter read as OIHW");
    const other = depthwiseConv2d(x, tensor(filter.toFloat32Array(), [2, 3, 3, 2]));
    const oihw = tensor(filter.toFloat32Array(), [6, 1, 2, 3]);
    const oracle = convOracle("depthwiseConv2d", x, oihw, { filterLayout: "oihw" });
    expect(namesOf(other, oracle)).toContain("filter read as HWIO");
  });

  test("of a pointwise filter", () => {
    const filter = randomTensor([3, 4], source);
    const read = pointwiseConv2d(x, tensor(filter.toFloat32Array(), [4, 3]), { filterLayout: "oihw" });
    expect(namesOf(read, convOracle("pointwiseConv2d", x, filter))).toEqual([
      "filter read as OIHW",
      "filter read as OHWI",
    ]);
  });

  test("of input and output in nchw", () => {
    const planar = x.transpose([0, 3, 1, 2]).contiguous();
    const options = { layout: "nchw", filterLayout: "hwio" } as const;
    const oracle = convOracle("conv2d", planar, w, options);
    const misread = tensor(planar.toFloat32Array(), x.shape);
    const right = conv2d(misread, w).transpose([0, 3, 1, 2]).contiguous();
    expect(namesOf(right, oracle)).toEqual(["input read as NHWC"]);
    const written = conv2d(planar, w, options).transpose([0, 2, 3, 1]).toFloat32Array();
    expect(namesOf(written, oracle)).toEqual(["output written as NHWC"]);
    const rows = conv2d(planar, w, options).transpose([0, 1, 3, 2]).toFloat32Array();
    expect(namesOf(rows, oracle)).toEqual(["output rows and columns swapped"]);
  });
});

test("two mistakes that give the same outputs are both named", () => {
  const x = tensor([-1, 2, -3, 4, 5], [1, 1, 5, 1]);
  const oracle = convOracle("pointwiseConv2d", x, tensor([1], [1, 1]));
  expect(namesOf([0, 2, 0, 4, 5], oracle)).toEqual(["activation relu", "activation relu6"]);
});

test("a suspicious answer is named by what is small enough: a forgotten tiny bias", () => {
  const K = 4608;
  const [x, w] = [randomTensor([1, 1, 8, K], random(1)), randomTensor([K, 1], random(2))];
  const oracle = convOracle("pointwiseConv2d", x, w, { bias: tensor([0.05], [1]) });
  const judged = judgeConv(pointwiseConv2d(x, w, { backend: "naive" }), oracle);
  expect([judged.verdict, judged.mistakes]).toEqual(["suspicious", [{ name: "bias left out" }]]);
  expect(judged.message).toContain("8 of 8 outputs are suspicious: inside the bound of float32");
  expect(judged.suspicious.length).toBe(8);
});

test("NaN where memory beyond the input was read", () => {
  const [x, w] = [randomTensor([1, 4, 4, 2], random(1)), randomTensor([3, 3, 2, 2], random(2))];
  const oracle = convOracle("conv2d", x, w, { padding: 1 });
  const flat = x.toFloat32Array();
  const answer: number[] = [];
  for (let i = 0; i < 32; i++) {
    const [oh, ow, o] = [i >> 3, (i >> 1) & 3, i & 1];
    let sum = 0;
    for (let k = 0; k < 18; k++) {
      const [kh, kw, ic] = [Math.floor(k / 6), Math.floor(k / 2) % 3, k % 2];
      sum += flat[((oh + kh - 1) * 4 + ow + kw - 1) * 2 + ic] * w.at(kh, kw, ic, o);
    }
    answer.push(sum);
  }
  expect(answer.some(Number.isNaN)).toBe(true);
  expect(namesOf(answer, oracle)).toEqual(["borders not checked"]);
});
