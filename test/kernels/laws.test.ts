/** Laws of convolution, as properties of generated geometries. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  add,
  averagePool2d,
  concat,
  conv2d,
  conv2dGeometry,
  dense,
  depthwiseConv2d,
  im2col,
  maxPool2d,
  mul,
  pad,
  pointwiseConv2d,
  random,
  randomTensor,
  separableConv2d,
  type Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";
import { type Geometry, geometry, integers, settings } from "../support/geometries.ts";
import { outsideBound, scatterConv2d } from "../support/reference.ts";
import { awkward } from "../support/tensors.ts";

describe("every tier stays within the bound of float32 summation, those that sum in float64 within one rounding", () => {
  const kinds = [
    ["conv2d", 700],
    ["depthwiseConv2d", 700],
    ["pointwiseConv2d", 600],
  ] as const;
  test.each(kinds)("%s, %i geometries", (op, runs) => {
    fc.assert(
      fc.property(geometry, (g) => {
        const [KH, KW] = op === "pointwiseConv2d" ? [1, 1] : [g.KH, g.KW];
        const G = op === "conv2d" ? g.G : op === "pointwiseConv2d" ? 1 : g.G * g.Cg;
        const C = g.G * g.Cg;
        const O = op === "depthwiseConv2d" ? C * Math.min(g.Og, 3) : g.G * g.Og;
        const [top, bottom, left, right] = g.padding;
        const source = random(g.seed);
        const x = randomTensor([g.N, g.H, g.W, C], source);
        const w = randomTensor([KH, KW, C / G, O], source);
        const bias = g.bias ? randomTensor([O], source) : null;
        const rows = { extent: g.H, taps: KH, stride: g.sH, dilation: g.dH, before: top, after: bottom };
        const columns = { extent: g.W, taps: KW, stride: g.sW, dilation: g.dW, before: left, after: right };
        const sums = scatterConv2d(x.data, w.data, bias?.data ?? null, { N: g.N, C, O, G, rows, columns });
        const turned = g.nchw ? x.transpose([0, 3, 1, 2]) : x;
        const input = g.bent ? awkward(turned) : turned;
        for (const backend of TIERS) {
          const isRule = (g.rule === "same" || g.rule === "same-lower") && op !== "pointwiseConv2d";
          const options = {
            strides: [g.sH, g.sW],
            dilations: [g.dH, g.dW],
            padding: isRule ? (g.rule as "same") : g.padding,
            bias,
            layout: g.nchw ? "nchw" : "nhwc",
            backend,
          } as const;
          const y =
            op === "conv2d"
              ? conv2d(input, w, { ...options, groups: G, filterLayout: "hwio" })
              : op === "pointwiseConv2d"
                ? pointwiseConv2d(input, w, { ...options, filterLayout: "hwio" })
                : depthwiseConv2d(input, w.reshape([KH, KW, C, O / C]), { ...options, filterLayout: "hwim" });
          const flat = (g.nchw ? y.transpose([0, 2, 3, 1]) : y).toFloat32Array();
          expect(flat.length).toBe(sums.y.length);
          expect(outsideBound(backend, flat, sums, bias?.data ?? null), backend).toBeNull();
        }
      }),
      settings(runs),
    );
  });
});

describe.each(TIERS)("%s", (backend) => {
  const law = (name: string, property: (g: Geometry) => void): void => {
    test(name, () => fc.assert(fc.property(geometry, property), settings(100)));
  };
  const windowOf = (g: Geometry) => ({ strides: [g.sH, g.sW], dilations: [g.dH, g.dW], padding: g.padding }) as const;
  const optionsOf = (g: Geometry) => ({ ...windowOf(g), backend });

  law("linearity: conv(a x + b y, w) = a conv(x, w) + b conv(y, w)", (g) => {
    const [C, O] = [g.Cg, g.Og];
    const [x, y] = [integers([g.N, g.H, g.W, C], g.seed), integers([g.N, g.H, g.W, C], g.seed + 1)];
    const w = integers([g.KH, g.KW, C, O], g.seed + 2);
    const times = (t: Tensor, factor: number): Tensor => mul(t, tensor([factor], []));
    const left = conv2d(add(times(x, 3), times(y, -2)), w, optionsOf(g));
    const right = add(times(conv2d(x, w, optionsOf(g)), 3), times(conv2d(y, w, optionsOf(g)), -2));
    expect(left.toArray()).toEqual(right.toArray());
  });

  law("shift equivariance: a shifted image gives a shifted answer", (g) => {
    const x = integers([1, g.H + g.KH * g.dH, g.W + g.KW * g.dW, g.Cg], g.seed);
    const w = integers([g.KH, g.KW, g.Cg, g.Og], g.seed + 1);
    const options = { dilations: [g.dH, g.dW], backend } as const;
    const shifted = pad(x, [
      [0, 0],
      [2, 0],
      [3, 0],
      [0, 0],
    ]);
    const [, OH, OW, O] = conv2d(x, w, options).shape;
    const moved = conv2d(shifted, w, options).slice([0, 2, 3, 0], [1, OH, OW, O]);
    expect(moved.toArray()).toEqual(conv2d(x, w, options).toArray());
  });

  law("depthwise = grouped with one channel a group = a stack of one-channel convolutions", (g) => {
    const [C, M] = [g.Cg, Math.min(g.Og, 3)];
    const x = integers([g.N, g.H, g.W, C], g.seed);
    const w = integers([g.KH, g.KW, C, M], g.seed + 1);
    const depthwise = depthwiseConv2d(x, w, optionsOf(g));
    const grouped = conv2d(x, w.reshape([g.KH, g.KW, 1, C * M]), { ...optionsOf(g), groups: C });
    const stacked = Array.from({ length: C }, (_, c) => {
      const channel = x.slice([0, 0, 0, c], [g.N, g.H, g.W, 1]);
      return conv2d(channel, w.slice([0, 0, c, 0], [g.KH, g.KW, 1, M]), optionsOf(g));
    });
    expect(grouped.toArray()).toEqual(depthwise.toArray());
    expect(concat(stacked, 3).toArray()).toEqual(depthwise.toArray());
  });

  law("a standard convolution is the sum over channels of depthwise ones", (g) => {
    const [C, O] = [g.Cg, g.Og];
    const x = integers([g.N, g.H, g.W, C], g.seed);
    const w = integers([g.KH, g.KW, C, O], g.seed + 1);
    const all = depthwiseConv2d(x, w, optionsOf(g)); // C·O outputs: every channel with every output's kernel
    const [N, OH, OW] = all.shape;
    const parts = all.reshape([N, OH, OW, C, O]);
    const sum = Array.from({ length: C }, (_, c) =>
      parts.slice([0, 0, 0, c, 0], [N, OH, OW, 1, O]).reshape([N, OH, OW, O]),
    );
    expect(sum.reduce((a, b) => add(a, b)).toArray()).toEqual(conv2d(x, w, optionsOf(g)).toArray());
  });

  law("a separable convolution is a standard one whose kernel is an outer product", (g) => {
    const [C, O] = [g.Cg, g.Og];
    const small = (t: Tensor): Tensor =>
      tensor(
        t.data.map((v) => v % 4),
        t.shape,
      ); // products stay exact
    const x = small(integers([g.N, g.H, g.W, C], g.seed));
    const d = small(integers([g.KH, g.KW, C, 1], g.seed + 1));
    const p = small(integers([C, O], g.seed + 2));
    const kernel = mul(d, p.reshape([1, 1, C, O]));
    expect(separableConv2d(x, d, p, optionsOf(g)).toArray()).toEqual(conv2d(x, kernel, optionsOf(g)).toArray());
  });

  law("pointwise = matrix product of pixels and filter", (g) => {
    const x = integers([g.N, g.H, g.W, g.Cg], g.seed);
    const w = integers([g.Cg, g.Og], g.seed + 1);
    const matrix = dense(x.reshape([g.N * g.H * g.W, g.Cg]), w, { backend });
    expect(pointwiseConv2d(x, w, { backend }).toArray()).toEqual(matrix.reshape([g.N, g.H, g.W, g.Og]).toArray());
  });

  law("im2col · filter = convolution, with groups too", (g) => {
    const [C, O, G] = [g.G * g.Cg, g.G * g.Og, g.G];
    const x = integers([g.N, g.H, g.W, C], g.seed);
    const w = integers([g.KH, g.KW, C / G, O], g.seed + 1);
    const expected = conv2d(x, w, { ...optionsOf(g), groups: G });
    const taps = g.KH * g.KW;
    const patches = im2col(x, conv2dGeometry(x.shape, w.shape, { ...windowOf(g), groups: G }));
    const [rows] = patches.shape;
    const perGroup = Array.from({ length: G }, (_, group) => {
      const columns = patches.reshape([rows, taps, C]).slice([0, 0, group * g.Cg], [rows, taps, g.Cg]);
      const filter = w.slice([0, 0, 0, group * g.Og], [g.KH, g.KW, g.Cg, g.Og]);
      return dense(columns.reshape([rows, taps * g.Cg]), filter.reshape([taps * g.Cg, g.Og]), { backend });
    });
    expect(concat(perGroup, 1).reshape(expected.shape).toArray()).toEqual(expected.toArray());
  });

  law("an nchw answer is the transposed nhwc answer", (g) => {
    const x = integers([g.N, g.H, g.W, g.Cg], g.seed);
    const w = integers([g.KH, g.KW, g.Cg, g.Og], g.seed + 1);
    const nchw = x.transpose([0, 3, 1, 2]);
    const options = { ...optionsOf(g), layout: "nchw" } as const;
    const conv = conv2d(nchw, w.transpose([3, 2, 0, 1]), options);
    expect(conv.toArray()).toEqual(conv2d(x, w, optionsOf(g)).transpose([0, 3, 1, 2]).toArray());
    for (const pool of [maxPool2d, averagePool2d]) {
      const window = { windowDimensions: [g.KH, g.KW] as const };
      const turned = pool(nchw, { ...window, ...options });
      expect(turned.toArray()).toEqual(
        pool(x, { ...window, ...optionsOf(g) })
          .transpose([0, 3, 1, 2])
          .toArray(),
      );
    }
  });

  law("a batch is its images, one by one", (g) => {
    const x = integers([g.N, g.H, g.W, g.Cg], g.seed);
    const w = integers([g.KH, g.KW, g.Cg, g.Og], g.seed + 1);
    const one = (n: number): Tensor => conv2d(x.slice([n, 0, 0, 0], [1, g.H, g.W, g.Cg]), w, optionsOf(g));
    const single = Array.from({ length: g.N }, (_, n) => one(n));
    expect(conv2d(x, w, optionsOf(g)).toArray()).toEqual(concat(single, 0).toArray());
  });
});
