import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  type Activation,
  averagePool2d,
  batchNormalization,
  type Conv2dOptions,
  conv2d,
  dense,
  depthwiseConv2d,
  hardSigmoid,
  hardSwish,
  maxPool2d,
  pointwiseConv2d,
  relu,
  relu6,
  sigmoid,
  softmax,
  type Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

// Written by test/oracles/pytorch.py with PyTorch, in float64.
interface Case {
  readonly op: string;
  readonly name: string;
  readonly x: number[];
  readonly w: number[];
  readonly bias: boolean;
  readonly groups: number;
  readonly activation: Activation;
  readonly epsilon: number;
  readonly axis: number;
  readonly y: { readonly shape: number[]; readonly data: number[] };
}
const { cases }: { cases: Case[] } = JSON.parse(readFileSync("test/oracles/pytorch.json", "utf8"));

const ACTIVATIONS: Record<string, typeof relu> = { relu, relu6, hardSwish, hardSigmoid, sigmoid };
const abs = (t: Tensor): Tensor => tensor(t.data.map(Math.abs), t.shape);

/** The calls that answer a case: one per tier, and for a depthwise case by either name. */
function answers(c: Case, backend: (typeof TIERS)[number]): Tensor[] {
  const { op, name, x, w, bias, groups, activation, epsilon, axis, y: _, ...options } = c;
  switch (op) {
    case "conv2d": {
      const given = {
        ...options,
        activation,
        bias: bias ? scattered([w[0]], 3) : null,
        layout: "nchw",
        backend,
      } as Conv2dOptions;
      const [input, filter] = [scattered(x, 1), scattered(w, 2)];
      const standard = conv2d(input, filter, { ...given, groups });
      if (groups === x[1]) return [standard, depthwiseConv2d(input, filter, given)];
      return w[2] * w[3] === 1 ? [standard, pointwiseConv2d(input, filter, given)] : [standard];
    }
    case "maxPool2d": {
      const { countIncludePad: _unused, ...rest } = options as Record<string, unknown>;
      return [maxPool2d(scattered(x, 4), { ...rest, layout: "nchw", backend })];
    }
    case "averagePool2d":
      return [averagePool2d(scattered(x, 4), { ...options, layout: "nchw", backend })];
    case "batchNormalization": {
      const [mean, scale, shift] = [6, 8, 9].map((salt) => scattered([3], salt));
      const variance = abs(scattered([3], 7));
      return [
        batchNormalization(scattered(x, 5), {
          mean,
          variance,
          scale,
          bias: shift,
          epsilon,
          axis: 1,
          backend,
        }),
      ];
    }
    case "activation":
      return [ACTIVATIONS[name](scattered(x, 10), { backend })];
    case "softmax":
      return [softmax(scattered(x, 10), axis, { backend })];
    case "dense":
      return [dense(scattered(x, 11), scattered(w, 12), { bias: scattered([4], 13), backend })];
    default:
      throw new Error(`no call for ${op}`);
  }
}

describe.each(TIERS)("%s", (backend) => {
  test.each(cases)("$op: $name", (c) => {
    for (const answer of answers(c, backend)) {
      expect(answer.shape).toEqual(c.y.shape);
      // Ours is the float64 value rounded to float32 once; the slack of 2^-45 is for sums in another order.
      const wrong = c.y.data.findIndex((y, i) => !(Math.abs(answer.data[i] - y) <= 2 ** -24 * Math.abs(y) + 2 ** -45));
      expect(wrong === -1 ? null : [wrong, answer.data[wrong], c.y.data[wrong]]).toBeNull();
    }
  });
});
