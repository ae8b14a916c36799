import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Conv2dGeometry, conv2d, conv2dGeometry, type Tensor } from "../../src/index.ts";
import { type Geometry, geometry, integers, settings } from "../support/geometries.ts";
import { FAST, naive } from "../support/gradients.ts";

const dot = (a: Tensor, b: Tensor): number => {
  const [u, v] = [a.toFloat32Array(), b.toFloat32Array()];
  return u.reduce((sum, value, i) => sum + value * v[i], 0);
};

/** Whole numbers for x, w and dy of a generated convolution, so that every sum is exact. */
function convolution(g: Geometry): { geometry: Conv2dGeometry; x: Tensor; w: Tensor; dy: Tensor; y: Tensor } {
  const [C, O] = [g.G * g.Cg, g.G * g.Og];
  const options = { strides: [g.sH, g.sW], dilations: [g.dH, g.dW], padding: g.padding, groups: g.G } as const;
  const x = integers([g.N, g.H, g.W, C], g.seed);
  const w = integers([g.KH, g.KW, g.Cg, O], g.seed + 1);
  const y = conv2d(x, w, { ...options, backend: "naive" });
  return { geometry: conv2dGeometry(x.shape, w.shape, options), x, w, y, dy: integers(y.shape, g.seed + 2) };
}

describe("convolution", () => {
  // y is linear in x and in w, so the gradients are the adjoints: ⟨dy, y⟩ = ⟨dx, x⟩ = ⟨dw, w⟩.
  test("⟨dy, y⟩ = ⟨dx, x⟩ = ⟨dw, w⟩, and all tiers agree to the last bit", () => {
    fc.assert(
      fc.property(geometry, (g) => {
        const { geometry, x, w, y, dy } = convolution(g);
        const dx = naive.run((k) => k.conv2dInput(geometry, w))([dy], x.shape);
        const dw = naive.run((k) => k.conv2dFilter(geometry))([x, dy], w.shape);
        expect(dot(dx, x)).toBe(dot(dy, y));
        expect(dot(dw, w)).toBe(dot(dy, y));
        for (const tier of FAST) {
          expect(tier.run((k) => k.conv2dInput(geometry, w))([dy], x.shape).data, tier.name).toEqual(dx.data);
          expect(tier.run((k) => k.conv2dFilter(geometry))([x, dy], w.shape).data, tier.name).toEqual(dw.data);
        }
      }),
      settings(400),
    );
  });
});
