import { describe, expect, test } from "vitest";
import {
  add,
  averagePool2d,
  type Backend,
  batchNormalization,
  clamp,
  concat,
  conv2d,
  dense,
  depthwiseConv2d,
  globalAveragePool2d,
  hardSigmoid,
  hardSwish,
  maxPool2d,
  mul,
  pad,
  pointwiseConv2d,
  relu,
  ShapeError,
  separableConv2d,
  sigmoid,
  softmax,
  Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";
import { awkward, counting, scattered } from "../support/tensors.ts";

const f32 = Math.fround;

describe.each(TIERS)("%s", (backend) => {
  test("activations, at their corners", () => {
    const x = tensor([-Infinity, -4, -3, -1, -0, 0, 1, 3, 6, 7, Infinity, Number.NaN]);
    const values = (t: Tensor) => [...t.data];
    expect(values(relu(x, { backend }))).toEqual([0, 0, 0, 0, 0, 0, 1, 3, 6, 7, Infinity, NaN]);
    expect(values(sigmoid(x, { backend })).map((v) => f32(v))).toEqual(
      [
        0,
        1 / (1 + Math.exp(4)),
        1 / (1 + Math.exp(3)),
        1 / (1 + Math.E),
        0.5,
        0.5,
        1 / (1 + 1 / Math.E),
        1 / (1 + Math.exp(-3)),
        1 / (1 + Math.exp(-6)),
        1 / (1 + Math.exp(-7)),
        1,
        NaN,
      ].map(f32),
    );
    expect(values(hardSigmoid(x, { backend }))).toEqual([0, 0, 0, 1 / 3, 0.5, 0.5, 2 / 3, 1, 1, 1, 1, NaN].map(f32));
    expect(values(hardSwish(x, { backend }))).toEqual(
      [NaN, 0, 0, -1 / 3, -0, 0, 2 / 3, 3, 6, 7, Infinity, NaN].map(f32),
    );
  });

  test("every activation fused into a convolution is the activation of its sum", () => {
    const x = tensor([-Infinity, -40, -3, -1.5, -0.25, 0, 0.5, 2.75, 3, 5, 6.5, 9, Infinity, NaN], [1, 1, 14, 1]);
    const one = tensor([1], [1, 1, 1, 1]);
    for (const activation of ["none", "relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"] as const) {
      const naive = [...conv2d(x, one, { activation, backend: "naive" }).data];
      for (const conv of [conv2d, depthwiseConv2d, pointwiseConv2d]) {
        const fused = [...conv(x, one, { activation, backend }).data];
        fused.forEach((value, i) => {
          if (!Object.is(value, naive[i]))
            expect(Math.abs(value - naive[i])).toBeLessThanOrEqual(2 ** -24 * Math.abs(naive[i]));
        });
      }
    }
  });

  test("softmax adds up to 1 along any axis, large scores too", () => {
    const x = scattered([3, 4, 5]);
    for (const axis of [0, 1, 2, -1]) {
      const y = softmax(awkward(x), axis, { backend });
      const sums = y.transpose([axis < 0 ? 2 : axis, ...[0, 1, 2].filter((a) => a !== (axis < 0 ? 2 : axis))]);
      const [n, ...rest] = sums.shape;
      const flat = sums.reshape([n, rest[0] * rest[1]]).toArray() as number[][];
      for (let i = 0; i < rest[0] * rest[1]; i++) expect(flat.reduce((s, line) => s + line[i], 0)).toBeCloseTo(1, 6);
    }
    expect(softmax(tensor([1000, 1000, -1000]), -1, { backend }).toArray()).toEqual([0.5, 0.5, 0]);
  });

  test("add and mul broadcast as in NumPy, views and all", () => {
    const a = counting([2, 1, 3]);
    const b = counting([4, 1]);
    const sum = add(awkward(a), awkward(b), { backend });
    expect(sum.shape).toEqual([2, 4, 3]);
    expect(sum.at(1, 2, 1)).toBe(4 + 2);
    expect(mul(a, b, { backend }).at(1, 3, 2)).toBe(15);
    expect(add(tensor([2], []), tensor([3], []), { backend }).toArray()).toBe(5);
  });

  test("pad and concat copy boxes", () => {
    const x = counting([2, 2]);
    expect(
      pad(
        awkward(x),
        [
          [1, 0],
          [0, 2],
        ],
        9,
        { backend },
      ).toArray(),
    ).toEqual([
      [9, 9, 9, 9],
      [0, 1, 9, 9],
      [2, 3, 9, 9],
    ]);
    expect(concat([x, awkward(counting([2, 1]))], 1, { backend }).toArray()).toEqual([
      [0, 1, 0],
      [2, 3, 1],
    ]);
    expect(concat([x, x], -2, { backend }).shape).toEqual([4, 2]);
  });

  test("dense", () => {
    const y = dense(awkward(counting([2, 3])), awkward(counting([3, 2])), {
      bias: tensor([10, -50]),
      activation: "relu",
      backend,
    });
    expect(y.toArray()).toEqual([
      [20, 0],
      [38, 0],
    ]);
  });

  test("pooling of views, in both layouts", () => {
    const x = counting([1, 4, 5, 2]);
    const options = { windowDimensions: [2, 3], strides: [2, 1], backend } as const;
    expect([...maxPool2d(awkward(x), options).data]).toEqual([14, 15, 16, 17, 18, 19, 34, 35, 36, 37, 38, 39]);
    const nchw = averagePool2d(awkward(x).transpose([0, 3, 1, 2]), { ...options, layout: "nchw" });
    expect([...nchw.data]).toEqual([7, 9, 11, 27, 29, 31, 8, 10, 12, 28, 30, 32]);
    expect([...globalAveragePool2d(awkward(x), { backend }).data]).toEqual([19, 20]);
    expect(globalAveragePool2d(x.transpose([0, 3, 1, 2]), { layout: "nchw", backend }).shape).toEqual([1, 2, 1, 1]);
    expect(maxPool2d(x, { backend }).shape).toEqual([1, 1, 1, 2]);
  });

  test("batch norm with an epsilon of 0, and a variance that rounding left a little below it", () => {
    const x = tensor([3, 5]);
    const mean = tensor([1, 1]);
    const plain = batchNormalization(x, { mean, variance: tensor([4, 16]), epsilon: 0, backend });
    expect([...plain.data]).toEqual([1, 1]);
    const variance = tensor([-9.99e-6, 1]); // published Caffe weights
    const y = batchNormalization(x, { mean, variance, epsilon: 1e-5, backend });
    expect(y.at(0)).toBe(Math.fround(2 / Math.sqrt(variance.at(0) + 1e-5)));
  });

  test("batch norm along any axis, scale and bias or none", () => {
    const x = counting([2, 3, 2]);
    const [mean, variance] = [tensor([1, 2, 3]), tensor([3, 8, 15])];
    const y = batchNormalization(awkward(x), { mean, variance, axis: 1, epsilon: 1, backend });
    expect(y.at(1, 2, 1)).toBe((11 - 3) / 4);
    const scaled = batchNormalization(x, {
      mean,
      variance,
      scale: tensor([2, 3, 4]),
      bias: tensor([5, 6, 7]),
      axis: -2,
      epsilon: 1,
      backend,
    });
    expect(scaled.at(0, 1, 1)).toBe(((3 - 2) / 3) * 3 + 6);
  });

  test("separable = depthwise, then pointwise with bias and activation", () => {
    const x = scattered([1, 6, 5, 3]);
    const [d, p, bias] = [scattered([3, 3, 3, 2], 1), scattered([6, 4], 2), scattered([4], 3)];
    const options = { strides: [2, 1], padding: "same", backend } as const;
    const apart = pointwiseConv2d(depthwiseConv2d(x, d, options), p, { bias, activation: "relu6", backend });
    expect(separableConv2d(x, d, p, { ...options, bias, activation: "relu6" }).toArray()).toEqual(apart.toArray());
    const nchw = separableConv2d(
      x.transpose([0, 3, 1, 2]),
      d.transpose([2, 3, 0, 1]).reshape([6, 1, 3, 3]),
      p.transpose([1, 0]),
      {
        ...options,
        layout: "nchw",
        bias,
        activation: "relu6",
      },
    );
    expect(nchw.transpose([0, 2, 3, 1]).toArray()).toEqual(apart.toArray());
  });
});

describe("the doors refuse", () => {
  const x = counting([1, 5, 5, 6]);
  const w = counting([3, 3, 6, 4]);
  const vector = tensor([1, 2, 3]);
  test.each<[string, () => unknown, string]>([
    [
      "an array for a tensor",
      () => conv2d([1] as never, w),
      "conv2d: input is [1], needs a Tensor: tensor(data, shape)",
    ],
    [
      "a typed array for a tensor",
      () => conv2d(x, new Float32Array(9) as never),
      "conv2d: filter is a Float32Array, needs a Tensor: tensor(data, shape)",
    ],
    ["an empty tensor", () => relu(Tensor.zeros([0])), "relu: x[0] is 0, needs an integer >= 1"],
    [
      "a misspelt option",
      () => conv2d(x, w, { stride: 2 } as never),
      'conv2d: unknown option "stride" (did you mean "strides"?), has strides, padding, dilations, bias, activation, layout, filterLayout, backend, groups, algorithm',
    ],
    [
      "groups of a depthwise convolution",
      () => depthwiseConv2d(x, w, { groups: 6 } as never),
      'depthwiseConv2d: unknown option "groups", has strides, padding, dilations, bias, activation, layout, filterLayout, backend',
    ],
    ["options that are none", () => conv2d(x, w, 3 as never), "conv2d: options are 3, needs an object"],
    ["a bias of another length", () => conv2d(x, w, { bias: vector }), "conv2d: bias has shape 3, needs 4"],
    ["a bias of rank 2", () => conv2d(x, w, { bias: counting([1, 4]) }), "conv2d: bias 1×4 has rank 2, needs rank 1"],
    [
      "a bias that is a number",
      () => conv2d(x, w, { bias: 1 as never }),
      "conv2d: bias is 1, needs a Tensor: tensor(data, shape)",
    ],
    [
      "an activation",
      () => conv2d(x, w, { activation: "gelu" as never }),
      'conv2d: activation is "gelu", needs one of "none", "relu", "relu6", "hardSwish", "hardSigmoid", "sigmoid"',
    ],
    [
      "a backend",
      () => conv2d(x, w, { backend: "webgl" as Backend }),
      'conv2d: backend is "webgl", needs one of "naive", "im2col", "simd", "auto"',
    ],
    [
      "a pointwise 3×3",
      () => pointwiseConv2d(x, w),
      "pointwiseConv2d: filter is 3×3, needs 1×1 (input 1×5×5×6 nhwc, filter 3×3×6×4 hwio)",
    ],
    [
      "countIncludePad",
      () => averagePool2d(x, { countIncludePad: 1 as never }),
      "averagePool2d: countIncludePad is 1, needs true or false",
    ],
    ["dense rank", () => dense(x, w), "dense: input 1×5×5×6 has rank 4, needs rank 2"],
    [
      "dense inner extents",
      () => dense(counting([2, 3]), counting([4, 5])),
      "dense: filter takes 4 inputs, the input has 3 (input 2×3, filter 4×5)",
    ],
    [
      "dense bias",
      () => dense(counting([2, 3]), counting([3, 5]), { bias: vector }),
      "dense: bias has shape 3, needs 5",
    ],
    [
      "batch norm without mean",
      () => batchNormalization(vector, { variance: vector } as never),
      "batchNormalization: mean is missing, needs a tensor of shape 3",
    ],
    [
      "batch norm without variance",
      () => batchNormalization(vector, { mean: vector } as never),
      "batchNormalization: variance is missing, needs a tensor of shape 3",
    ],
    [
      "a negative variance",
      () => batchNormalization(vector, { mean: vector, variance: tensor([1, -2, 3]) }),
      "batchNormalization: variance[1] is -2, with epsilon 0.00001 needs a sum above 0",
    ],
    [
      "variance 0 and epsilon 0",
      () => batchNormalization(vector, { mean: vector, variance: tensor([1, 2, 0]), epsilon: 0 }),
      "batchNormalization: variance[2] is 0, with epsilon 0 needs a sum above 0",
    ],
    [
      "variance NaN",
      () => batchNormalization(vector, { mean: vector, variance: tensor([Number.NaN, 2, 0]) }),
      "batchNormalization: variance[0] is NaN, with epsilon 0.00001 needs a sum above 0",
    ],
    [
      "a negative epsilon",
      () => batchNormalization(vector, { mean: vector, variance: vector, epsilon: -1e-5 }),
      "batchNormalization: epsilon is -0.00001, needs a finite number >= 0",
    ],
    [
      "an axis beyond",
      () => batchNormalization(vector, { mean: vector, variance: vector, axis: 1 }),
      "batchNormalization: axis is 1, needs an integer from -1 to 0",
    ],
    [
      "vectors that do not fit the axis",
      () => batchNormalization(x, { mean: vector, variance: vector }),
      "batchNormalization: mean has shape 3, needs 6",
    ],
    ["alpha NaN", () => hardSigmoid(vector, { alpha: Number.NaN }), "hardSigmoid: alpha is NaN, needs a finite number"],
    ["softmax axis", () => softmax(vector, 2), "softmax: axis is 2, needs an integer from -1 to 0"],
    ["shapes that do not broadcast", () => add(vector, counting([2])), "add: 3 and 2 do not broadcast (3 against 2)"],
    [
      "a product too large",
      () => mul(new Tensor(new Float32Array(1), [2 ** 20, 1], [0, 0]), new Tensor(new Float32Array(1), [2 ** 20], [0])),
      "mul: output 1048576×1048576 holds 1099511627776 elements, needs at most 536870912",
    ],
    [
      "pads for another rank",
      () =>
        pad(vector, [
          [1, 1],
          [0, 0],
        ]),
      "pad: pads are [[1, 1], [0, 0]], needs 1 pairs [before, after] for 3",
    ],
    ["flat pads", () => pad(vector, [1, 1] as never), "pad: pads are [1, 1], needs 1 pairs [before, after] for 3"],
    [
      "one pad that is no pair",
      () => pad(counting([2, 2]), [[1, 1], [1]] as never),
      "pad: pads are [[1, 1], [1]], needs 2 pairs [before, after] for 2×2",
    ],
    ["negative pads", () => pad(vector, [[-1, 0]]), "pad: pads[0][0] is -1, needs an integer >= 0"],
    ["pads without end", () => pad(vector, [[0, 2 ** 31]]), "pad: pads[0][1] is 2147483648, needs at most 2147483647"],
    ["a pad value", () => pad(vector, [[0, 0]], "0" as never), 'pad: value is "0", needs a number'],
    ["nothing to concat", () => concat([], 0), "concat: tensors are [], needs an array of at least one"],
    [
      "concat of one tensor",
      () => concat(vector as never, 0),
      "concat: tensors are a Tensor, needs an array of at least one",
    ],
    [
      "concat of other extents",
      () => concat([counting([2, 3]), counting([2, 4])], 0),
      "concat: tensors[1] 2×4 does not fit tensors[0] 2×3, needs the same extents on every axis but 0",
    ],
    ["concat axis", () => concat([vector], 1), "concat: axis is 1, needs an integer from -1 to 0"],
    ["clamp of no tensor", () => clamp({} as never), "clamp: x is an Object, needs a Tensor: tensor(data, shape)"],
    [
      "a global pool's options",
      () => globalAveragePool2d(x, { strides: 2 } as never),
      'globalAveragePool2d: unknown option "strides", has layout, backend',
    ],
  ])("%s", (_, run, message) => {
    expect(run).toThrow(new ShapeError(message));
  });
});
