/** @file Training on the im2col tier: both gradients of a convolution are convolutions, and run on its kernels. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { TrainingKernels } from "../contract/gradients.ts";
import { type Compute, type TensorKernel, weightless } from "../contract/kernels.ts";
import { convTranspose2d } from "../im2col/convTranspose2d.ts";
import { im2col } from "../im2col.ts";
import { naiveTraining } from "./naive.ts";

export const im2colTraining: TrainingKernels<TensorKernel> = {
  forward: { ...naiveTraining.forward, ...im2col },
  // A deliberate gap: operations without a matrix product use the naive tier's loops.
  gradients: {
    ...naiveTraining.gradients,
    conv2dInput: (g) => convTranspose2d(g, "none"),
    conv2dFilter: (g) => weightless(conv2dFilter(g)),
  },
};

/**
 * dw[kh, kw, ic, o] = Σ oh,ow,n  x[n, oh·strideH + kh·dilationH - padTop, …, c0 + ic] · dy[n, oh, ow, o]
 *
 * is a convolution with output pixels (kh, kw), taps (oh, ow), images ic and channels n: stride and dilation swap.
 */
function conv2dFilter(g: Conv2dGeometry): Compute {
  const { N, C, O, KH, KW, OH, OW, G, strideH, strideW, dilationH, dilationW } = g;
  const [Cg, Og] = [C / G, O / G];
  const windows = { KH: OH, KW: OW, OH: KH, OW: KW };
  const steps = { strideH: dilationH, strideW: dilationW, dilationH: strideH, dilationW: strideW };
  const geometry: Conv2dGeometry = { ...g, ...windows, ...steps, N: Cg, C: N, O: Og, G: 1 };
  const kernel = im2col.conv2d(geometry, "none");
  return ([x, dy], dw) => {
    for (let group = 0; group < G; group++) {
      const images = x.slice([0, 0, 0, group * Cg], [N, g.H, g.W, Cg]).transpose([3, 1, 2, 0]);
      const filter = dy.slice([0, 0, 0, group * Og], [N, OH, OW, Og]).transpose([1, 2, 0, 3]);
      const part = dw.slice([0, 0, 0, group * Og], [KH, KW, Cg, Og]).transpose([2, 0, 1, 3]);
      kernel({ filter })([images], part);
    }
  };
}
