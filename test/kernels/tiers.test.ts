import { describe, expect, test } from "vitest";
import { conv2d, depthwiseConv2d, pointwiseConv2d, type Tensor, TIERS, tensor } from "../../src/index.ts";
import { awkward, counting } from "../support/tensors.ts";
import { CONV_CASES } from "./cases.ts";

const NHWC = [0, 2, 3, 1];

describe.each(TIERS)("%s", (backend) => {
  describe.each(CONV_CASES)("$name", ({ x, filter, w, bias, options = {}, y }) => {
    const input = counting(x);
    const weights = tensor(w, filter);
    const b = bias === undefined ? null : tensor(bias, [bias.length]);
    const run = (data: Tensor, kernel: Tensor, more: object): Tensor =>
      conv2d(data, kernel, { ...options, bias: b, backend, ...more });

    test("nchw, oihw", () => {
      expect([...run(input, weights, { layout: "nchw" }).data]).toEqual(y);
    });

    test.each([
      ["hwio", [2, 3, 1, 0]],
      ["ohwi", [0, 2, 3, 1]],
      ["ihwo", [1, 2, 3, 0]],
      ["oihw", [0, 1, 2, 3]],
    ] as const)("nhwc, %s", (filterLayout, permutation) => {
      const output = run(input.transpose(NHWC), weights.transpose(permutation), { filterLayout });
      expect(output.isContiguous).toBe(true);
      expect([...output.transpose([0, 3, 1, 2]).toFloat32Array()]).toEqual(y);
    });

    test("views with gaps, an offset and axes out of order", () => {
      const bent = b === null ? null : awkward(b);
      expect([...run(awkward(input), awkward(weights), { layout: "nchw", bias: bent }).data]).toEqual(y);
    });

    if (options.groups === x[1] || (filter[1] === 1 && x[1] === 1)) {
      const { groups: _, ...rest } = options;
      test("as a depthwise convolution", () => {
        const output = depthwiseConv2d(input, weights, { ...rest, bias: b, backend, layout: "nchw" });
        expect([...output.data]).toEqual(y);
        const hwim = weights.reshape([x[1], filter[0] / x[1], filter[2], filter[3]]).transpose([2, 3, 0, 1]);
        const nhwc = depthwiseConv2d(input.transpose(NHWC), hwim, { ...rest, bias: b, backend });
        expect([...nhwc.transpose([0, 3, 1, 2]).toFloat32Array()]).toEqual(y);
      });
    }

    if (filter[2] === 1 && filter[3] === 1 && filter[1] === x[1]) {
      test("as a pointwise convolution, filter of rank 4 and 2", () => {
        const { groups: _, ...rest } = options;
        const given = { ...rest, bias: b, backend };
        expect([...pointwiseConv2d(input, weights, { ...given, layout: "nchw" }).data]).toEqual(y);
        const matrix = weights.reshape([filter[0], filter[1]]);
        expect([...pointwiseConv2d(input, matrix, { ...given, layout: "nchw" }).data]).toEqual(y);
        const nhwc = pointwiseConv2d(input.transpose(NHWC), matrix.transpose([1, 0]), given);
        expect([...nhwc.transpose([0, 3, 1, 2]).toFloat32Array()]).toEqual(y);
      });
    }
  });
});
