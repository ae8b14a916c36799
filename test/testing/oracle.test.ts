import { describe, expect, test } from "vitest";
import {
  type Activation,
  conv2d,
  depthwiseConv2d,
  pointwiseConv2d,
  random,
  randomTensor,
  Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";
import {
  CONV_CORNERS,
  type ConvCase,
  convCases,
  convMatchers,
  convOperandsFor,
  convOracle,
  expectConvClose,
  judgeConv,
  type OracleOptions,
} from "../../src/testing/index.ts";

declare module "vitest" {
  interface Matchers<T> {
    toBeConvClose(oracle: ReturnType<typeof convOracle>): T;
  }
}
expect.extend(convMatchers);

const OPS = { conv2d, depthwiseConv2d, pointwiseConv2d };

const CASES = convCases({ count: 300, seed: 7 });

describe("the oracle", () => {
  test.each(TIERS)("every corner and random case by the %s tier is close to it", (backend) => {
    for (const [i, wanted] of CASES.entries()) {
      const { input, filter, options } = convOperandsFor(wanted, i);
      const oracle = convOracle(wanted.op, input, filter, options);
      expect(OPS[wanted.op](input, filter, { ...options, backend }), wanted.name).toBeConvClose(oracle);
    }
  });

  test("its float32 answer is the naive tier's, whatever the layout", () => {
    for (const [i, wanted] of CASES.entries()) {
      const { input, filter, options } = convOperandsFor(wanted, i, "integers");
      if (options.activation !== "none") continue;
      const { output } = convOracle(wanted.op, input, filter, options);
      expect(output.toArray(), wanted.name).toEqual(
        OPS[wanted.op](input, filter, { ...options, backend: "naive" }).toArray(),
      );
      if (wanted.op !== "conv2d") continue;
      const nchw = { ...options, layout: "nchw", filterLayout: "hwio" } as const;
      const turned = convOracle("conv2d", input.transpose([0, 3, 1, 2]), filter, nchw);
      expect(turned.output.transpose([0, 2, 3, 1]).toArray()).toEqual(output.toArray());
      expectConvClose(output.transpose([0, 3, 1, 2]), turned);
    }
  });

  test("values and bounds by hand", () => {
    const oracle = convOracle("conv2d", tensor([1, -2, 3], [1, 1, 3, 1]), tensor([10, 100], [1, 2, 1, 1]), {
      bias: tensor([0.5], [1]),
    });
    expect([...oracle.values]).toEqual([0.5 + 10 - 200, 0.5 - 20 + 300]);
    const gamma = Math.expm1(4 * Math.log1p(2 ** -24)); // two products: (1 + u)^4 - 1
    expect([...oracle.bounds]).toEqual([210, 320].map((sum) => gamma * (0.5 + sum) + 4 * 2 ** -149));
  });

  test("bounds of activations by hand", () => {
    const u = 2 ** -24;
    const gamma = Math.expm1(3 * Math.log1p(u));
    const bound = (activation: Activation) => {
      return convOracle("pointwiseConv2d", tensor([2], [1, 1, 1, 1]), tensor([0.5], [1, 1]), { activation }).bounds[0];
    };
    const before = gamma + 3 * 2 ** -149; // one product, 1
    expect(bound("relu")).toBe(before);
    expect(bound("relu6")).toBe(before);
    expect(bound("hardSigmoid")).toBeCloseTo(before / 6 + 4 * u, 15);
    expect(bound("hardSwish")).toBeCloseTo(1.5 * before + 4 * u * (4 / 6 + 1), 15);
    expect(bound("sigmoid")).toBeCloseTo(before / 4 + 8 * u * (1 / (1 + Math.exp(-1))), 15);
  });

  test("kernels that begin with the bias are right too, however large it is", () => {
    const b = 2 ** 24;
    const ones = tensor(Array(9).fill(1), [1, 3, 3, 1]);
    const oracle = convOracle("conv2d", ones, ones.reshape([3, 3, 1, 1]), { bias: tensor([b], [1]) });
    let sum = b;
    for (let i = 0; i < 9; i++) sum = Math.fround(sum + 1);
    expect(sum).toBe(b);
    expect(judgeConv([sum], oracle).isClose).toBe(true);

    const source = random(8);
    for (let round = 0; round < 200; round++) {
      const [x, w] = [randomTensor([1, 3, 3, 16], source), randomTensor([3, 3, 16, 1], source)];
      const bias = Math.fround(1000 * source.normal());
      let first = bias;
      for (let i = 0; i < 144; i++) first = Math.fround(first + Math.fround(x.data[i] * w.data[i]));
      expectConvClose([first], convOracle("conv2d", x, w, { bias: tensor([bias], [1]) }));
    }
  });

  test("an answer just outside a bound is wrong or suspicious, one just inside is not", () => {
    for (const wanted of CONV_CORNERS) {
      const { input, filter, options } = convOperandsFor(wanted);
      const oracle = convOracle(wanted.op, input, filter, options);
      const i = oracle.values.findIndex((_, at) => oracle.bounds[at] > 0);
      if (i === -1) continue;
      const verdict = (bounds: Float64Array, times: number) =>
        judgeConv(
          oracle.values.map((value, at) => (at === i ? value + times * bounds[i] : value)),
          oracle,
        ).verdict;
      const statistics = oracle.statistics ?? oracle.bounds;
      for (const sign of [-1, 1]) {
        expect(verdict(statistics, sign * 0.99), wanted.name).toBe("within");
        const isSharper = statistics[i] < 0.9 * oracle.bounds[i];
        expect(verdict(statistics, sign * 1.01), wanted.name).toBe(isSharper ? "suspicious" : "wrong");
        expect(verdict(oracle.bounds, sign * 1.01), wanted.name).toBe("wrong");
      }
    }
  });

  test("NaN and infinity must be where they belong", () => {
    const x = tensor([1, Number.NaN, Number.POSITIVE_INFINITY, 2], [1, 1, 4, 1]);
    const oracle = convOracle("pointwiseConv2d", x, tensor([1], [1, 1]));
    const answer = [1, Number.NaN, Number.POSITIVE_INFINITY, 2];
    expect(judgeConv(answer, oracle).isClose).toBe(true);
    expect(judgeConv([1, 0, Number.POSITIVE_INFINITY, 2], oracle).message).toContain("1 of 4 outputs");
    expect(judgeConv([1, Number.NaN, Number.NEGATIVE_INFINITY, 2], oracle).message).toContain("1 of 4 outputs");
    const large = convOracle("pointwiseConv2d", tensor([1e38], [1, 1, 1, 1]), tensor([10], [1, 1]));
    expect(judgeConv([Number.POSITIVE_INFINITY], large).isClose).toBe(true);
    expect(judgeConv([Number.NEGATIVE_INFINITY], large).isClose).toBe(false);
    expect(judgeConv([-3.402e38], large).isClose).toBe(false);
    expect(judgeConv([Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, 2], oracle).message).toContain(
      "1 of 4 outputs",
    );
  });

  test.each([
    [() => convOracle("conv3d" as "conv2d", Tensor.zeros([1, 1, 1, 1]), Tensor.zeros([1, 1, 1, 1])), /op is "conv3d"/],
    [
      () => convOracle("conv2d", Tensor.zeros([1, 5, 5, 2]), Tensor.zeros([3, 3, 3, 1])),
      /filter takes 3 input channels/,
    ],
    [
      () => convOracle("conv2d", Tensor.zeros([1, 5, 5, 2]), Tensor.zeros([3, 3, 2, 1]), { backend: "simd" } as object),
      /unknown option "backend"/,
    ],
    [
      () => convOracle("conv2d", Tensor.zeros([1, 512, 512, 64]), Tensor.zeros([3, 3, 64, 64])),
      /needs at most 1073741824/,
    ],
    [() => convCases({ count: -1 }), /count is -1/],
  ])("refuses %#", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("cases", () => {
  test("are the same for a seed, others for another", () => {
    expect(convCases({ count: 80, seed: 3 })).toEqual(convCases({ count: 80, seed: 3 }));
    expect(convCases({ count: 80, seed: 3 })).not.toEqual(convCases({ count: 80, seed: 4 }));
    expect(convCases({ count: 5 })).toEqual(CONV_CORNERS.slice(0, 5));
  });

  test("have the corners that broke other libraries", () => {
    const has = (what: (wanted: ConvCase) => boolean) => expect(CONV_CORNERS.some(what)).toBe(true);
    has(({ filter: [KH, KW], options }) => KH === 1 && KW > 1 && options.strides[0] === 2);
    has(({ filter: [KH, KW], options }) => KW === 1 && KH > 1 && options.strides[1] === 2);
    has(({ input: [, H, W], options: { strides } }) => strides[0] > H && strides[1] > W);
    has(({ options: { strides, dilations } }) => strides[0] > 1 && dilations[0] > 1);
    has(({ op, filter }) => op === "depthwiseConv2d" && filter[3] > 1);
    has(({ input: [, H, W] }) => H * W === 1);
  });
});

/** A kernel as somebody might write it; `wrong` says what is wrong with it. */
function kernel(
  wrong: string,
  x: Tensor,
  w: Tensor,
  options: { strides: number; padding: number; bias: Tensor },
): number[] {
  const { strides, padding, bias } = options;
  const [, H, W, C] = x.shape;
  const [KH, KW, , O] = w.shape;
  const size = (extent: number, taps: number) => Math.floor((extent + 2 * padding - taps) / strides) + 1;
  const y: number[] = [];
  for (let oh = 0; oh < size(H, KH); oh++) {
    for (let ow = 0; ow < size(W, KW); ow++) {
      for (let o = 0; o < O; o++) {
        let sum = wrong === "bias" ? 0 : bias.at(o);
        for (let kh = 0; kh < KH; kh++) {
          for (let kw = 0; kw < KW; kw++) {
            const [ih, iw] = [oh * strides + kh - padding, ow * strides + kw - padding];
            if (ih < 0 || iw < 0 || ih >= H || iw >= W) continue;
            if (wrong === "last row" && ih === H - 1) continue;
            const tap = wrong === "flip" ? [KH - 1 - kh, KW - 1 - kw] : wrong === "transpose" ? [kw, kh] : [kh, kw];
            for (let c = 0; c < C; c++)
              sum = Math.fround(sum + Math.fround(x.at(0, ih, iw, c) * w.at(tap[0], tap[1], c, o)));
          }
        }
        y.push(sum);
      }
    }
  }
  return y;
}

describe("the message", () => {
  const source = random(3);
  const x = randomTensor([1, 5, 6, 2], source);
  const w = randomTensor([3, 3, 2, 3], source);
  const options = { strides: 2, padding: 1, bias: randomTensor([3], source) };
  const oracle = convOracle("conv2d", x, w, options);
  const message = (wrong: string) => judgeConv(kernel(wrong, x, w, options), oracle).message;

  test("is empty for a right kernel", () => {
    expect(message("")).toBe("");
    expectConvClose(kernel("", x, w, options), oracle);
    expect(new Float32Array(kernel("", x, w, options))).toBeConvClose(oracle);
    expect(kernel("flip", x, w, options)).not.toBeConvClose(oracle);
  });

  test("names the mistake that explains every output", () => {
    expect(message("flip")).toContain("every output fits this mistake: filter flipped");
    expect(message("transpose")).toContain("every output fits this mistake: filter rows and columns swapped");
    expect(message("bias")).toContain("every output fits this mistake: bias left out");
    expect(message("last row")).not.toContain("this mistake");
  });

  test("says where the wrong outputs lie, the window, the products and their sum", () => {
    const text = message("last row");
    expect(text).toMatch(
      /^conv2d: 9 of 27 outputs are outside the bound of float32 \(input 1×5×6×2 nhwc, filter 3×3×2×3 hwio, output 1×3×3×3, strides 2×2, padding 1, 1, 1, 1\)$/m,
    );
    expect(text).toMatch(/^all of them have oh = 2$/m);
    const [, oh, ow, o] = /\[n, oh, ow, o\] = \[0, (\d), (\d), (\d)\]/.exec(text)?.map(Number) ?? [];
    expect(oh).toBe(2);
    expect(text).toContain(
      `its window: rows 3, 4, 5 (5 is padding); columns ${[-1, 0, 1].map((k) => 2 * ow + k).join(", ")}`,
    );
    expect(text).toContain(`b[${o}] = `);
    const products = [...text.matchAll(/x\[0, (\d), (\d), (\d)\] · w\[(\d), (\d), (\d)\] = (\S+) · (\S+) = (\S+)/g)];
    const columns = [-1, 0, 1].filter((k) => 2 * ow + k >= 0 && 2 * ow + k < 6).length;
    expect(products.length).toBe(2 * columns * 2); // rows 3 and 4, columns on the image, channels
    for (const [, ih, iw, c, kh, kw, ic, left, right, product] of products.map((match) => match.map(Number))) {
      expect([ih, iw, c]).toEqual([2 * oh + kh - 1, 2 * ow + kw - 1, ic]);
      expect(left).toBeCloseTo(x.at(0, ih, iw, c), 7);
      expect(right).toBeCloseTo(w.at(kh, kw, ic, o), 7);
      expect(product).toBeCloseTo(left * right, 7);
    }
    expect(text).toContain(`sum ${Number(oracle.values[(oh * 3 + ow) * 3 + o].toPrecision(9))}`);
  });

  test.each([
    [Tensor.zeros([1, 3, 3, 2]), "the answer is 1×3×3×2, needs 1×3×3×3"],
    [[1, 2, 3], "the answer has 3 numbers, needs 27"],
    [Array(27).fill("1"), 'number 0 of the answer is "1"'],
  ])("of an answer that is none: %#", (answer, text) => {
    expect(judgeConv(answer as number[], oracle).message).toContain(text);
    expect(() => expectConvClose(answer as number[], oracle)).toThrow(text);
  });

  test("something that is no list is refused", () => {
    expect(() => judgeConv("27 numbers" as unknown as number[], oracle)).toThrow(
      /the answer is "27 numbers", needs a tensor/,
    );
  });
});

/** What kernels give that do one thing wrong, made by right ones that are asked for something else. */
test.each<[string, Parameters<typeof convOracle>[0], number[], number[], OracleOptions, OracleOptions]>([
  [
    "activation left out",
    "depthwiseConv2d",
    [1, 5, 6, 4],
    [3, 3, 4, 1],
    { activation: "relu" },
    { activation: "none" },
  ],
  [
    "odd row or column of padding at the other end",
    "conv2d",
    [1, 6, 8, 2],
    [3, 3, 2, 3],
    { strides: 2, padding: "same" },
    { strides: 2, padding: "same-lower" },
  ],
  ["no padding before the image", "conv2d", [1, 6, 7, 2], [3, 3, 2, 3], { padding: 1 }, { padding: [0, 2, 0, 2] }],
  [
    "strides swapped",
    "conv2d",
    [1, 7, 7, 2],
    [3, 3, 2, 2],
    { strides: [1, 3] },
    { strides: [3, 1], padding: [0, 8, 0, 0] },
  ],
  [
    "one stride for rows and columns",
    "depthwiseConv2d",
    [1, 9, 9, 3],
    [3, 3, 3, 1],
    { strides: [1, 2] },
    { strides: 1 },
  ],
  ["strides ignored", "conv2d", [1, 9, 8, 2], [3, 3, 2, 2], { strides: [2, 3] }, {}],
  ["dilations ignored", "conv2d", [1, 6, 6, 2], [3, 3, 2, 2], { dilations: 2, padding: 2 }, { padding: [2, 0, 2, 0] }],
  [
    "dilations swapped",
    "conv2d",
    [1, 8, 8, 2],
    [3, 3, 2, 2],
    { dilations: [1, 2], padding: [1, 1, 2, 2] },
    { dilations: [2, 1], padding: [1, 3, 2, 0] },
  ],
])("%s is named", (name, op, input, filter, right, wrong) => {
  const source = random(5);
  const [x, w] = [randomTensor(input, source), randomTensor(filter, source)];
  const oracle = convOracle(op, x, w, right);
  const answer = OPS[op](x, w, wrong).slice([0, 0, 0, 0], oracle.shape); // some give more than they should
  expect(judgeConv(answer, oracle).message).toContain(`every output fits this mistake: ${name}`);
});

test("groups that read the first group's channels, and multiplied channels in the wrong order, are named", () => {
  const source = random(6);
  const [x, w] = [randomTensor([1, 4, 5, 6], source), randomTensor([3, 3, 3, 4], source)];
  const first = x.slice([0, 0, 0, 0], [1, 4, 5, 3]);
  const halves = [0, 2].map((o) => conv2d(first, w.slice([0, 0, 0, o], [3, 3, 3, 2])).toFloat32Array());
  const answer = Array.from({ length: 2 * 3 * 4 }, (_, i) => halves[(i % 4) >> 1][Math.floor(i / 4) * 2 + (i % 2)]);
  const grouped = convOracle("conv2d", x, w, { groups: 2 });
  expect(judgeConv(answer, grouped).message).toContain("every group reading the channels of the first");

  const wide = randomTensor([3, 3, 6, 2], source);
  const right = depthwiseConv2d(x, wide);
  const turned = right.reshape([1, 2, 3, 6, 2]).transpose([0, 1, 2, 4, 3]).contiguous().reshape(right.shape);
  expect(judgeConv(turned, convOracle("depthwiseConv2d", x, wide)).message).toContain("multiplier order: m · C + c");
});
