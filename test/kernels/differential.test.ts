/**
 * Every tier against loops written the other way round (support/reference.ts), on geometries of all kinds, views with
 * gaps and with steps of 0, and numbers that are none, infinite, tiny or signed zeros.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conv2d, random, randomTensor, type Tensor, TIERS, tensor } from "../../src/index.ts";
import { type Geometry, geometry, settings } from "../support/geometries.ts";
import { scatterConv2d } from "../support/reference.ts";
import { awkward } from "../support/tensors.ts";

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e-42, -1e-45, 1e30, -1e30];

/** Operands of a geometry: plain or special numbers; some axes have a step of 0. */
function operandsOf(g: Geometry): { readonly x: Tensor; readonly w: Tensor; readonly bias: Tensor | null } {
  const source = random(g.seed);
  const isSpecial = source.integer(4) === 0;
  const number = (): number =>
    isSpecial && source.integer(12) === 0 ? SPECIAL[source.integer(SPECIAL.length)] : source.normal();
  const shape = [g.N, g.H, g.W, g.G * g.Cg];
  const isFlat = source.integer(5) === 0; // one number along some axes, step 0
  const x = isFlat
    ? randomTensor(
        shape.map((extent) => (source.integer(2) === 0 ? 1 : extent)),
        source,
        number,
      ).broadcastTo(shape)
    : randomTensor(shape, source, number);
  const w = randomTensor([g.KH, g.KW, g.Cg, g.G * g.Og], source); // finite: 0 · ∞ beside padding is not specified
  const bias = g.bias ? randomTensor([g.G * g.Og], source, number) : null;
  return g.bent ? { x: awkward(x), w: awkward(w), bias: bias && awkward(bias) } : { x, w, bias };
}

describe.each(TIERS)("%s", (backend) => {
  test("is where scattering is, within the bound of its sums", { timeout: 3_600_000 }, () => {
    fc.assert(
      fc.property(geometry, (g) => {
        const { x, w, bias } = operandsOf(g);
        const [padTop, padBottom, padLeft, padRight] = g.padding;
        const { y, magnitude, terms } = scatterConv2d(
          x.toFloat32Array(),
          w.toFloat32Array(),
          bias?.toFloat32Array() ?? null,
          {
            N: g.N,
            C: g.G * g.Cg,
            O: g.G * g.Og,
            G: g.G,
            rows: { extent: g.H, taps: g.KH, stride: g.sH, dilation: g.dH, before: padTop, after: padBottom },
            columns: { extent: g.W, taps: g.KW, stride: g.sW, dilation: g.dW, before: padLeft, after: padRight },
          },
        );
        const options = {
          strides: [g.sH, g.sW],
          dilations: [g.dH, g.dW],
          padding: g.padding,
          groups: g.G,
          bias,
          backend,
        } as const;
        const given = g.nchw
          ? conv2d(x.transpose([0, 3, 1, 2]), w.transpose([3, 2, 0, 1]), { ...options, layout: "nchw" }).transpose([
              0, 2, 3, 1,
            ])
          : conv2d(x, w, options);
        const actual = given.toFloat32Array();
        expect(actual.length).toBe(y.length);
        const gamma = 2 * (terms + 2) * 2 ** -24;
        for (let i = 0; i < y.length; i++) {
          const b = bias === null ? 0 : Math.abs(bias.at(i % (g.G * g.Og)));
          const fits = Number.isFinite(y[i])
            ? Math.abs(actual[i] - y[i]) <= gamma * (b + magnitude[i]) + (terms + 2) * 2 ** -149
            : Object.is(actual[i], y[i]); // NaN and infinity stay themselves
          if (!fits) throw new Error(`output ${i} is ${actual[i]}, needs ${y[i]} (seed ${g.seed})`);
        }
      }),
      settings(2000),
    );
  });
});

test("a tensor of one number, whatever its steps", () => {
  const x = tensor([2], [1, 1, 1, 1]).broadcastTo([2, 5, 4, 3]);
  expect(x.strides.some((step) => step === 0)).toBe(true);
  const w = tensor([1], [1, 1, 1, 1]).broadcastTo([3, 3, 3, 2]);
  for (const backend of TIERS) {
    expect([...new Set(conv2d(x, w, { backend }).data)]).toEqual([54]);
  }
});
