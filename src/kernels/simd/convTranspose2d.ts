/** @file Transposed convolution as a convolution of the input, its pixels spread out, with the flipped filter. */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { filterOf, flippedFilter, inputGradientOf } from "../contract/inputGradient.ts";
import type { EmittedKernel, FilterKernels, Kernel, Packed } from "../contract/kernels.ts";
import type { Emitter } from "./emitter.ts";
import { afterSpread } from "./spread.ts";

/** @param g of the convolution that is transposed */
export function convTranspose2d(
  g: Conv2dGeometry,
  f: Activation,
  forward: FilterKernels<Kernel>,
  emitter: Emitter,
): Kernel {
  const { geometry, spread } = inputGradientOf(g);
  const isPointwise = geometry.KH * geometry.KW * geometry.G === 1;
  const layer = isPointwise ? forward.pointwiseConv2d(geometry, f) : forward.conv2d(geometry, f);
  if (layer.kind === "host" || !layer.packed) return layer;
  const { bytes, write } = layer.packed;
  const flipped = Tensor.zeros([geometry.KH, geometry.KW, geometry.C / geometry.G, geometry.O]);
  const filter = isPointwise ? flipped.reshape([geometry.C, geometry.O]) : flipped;
  const packed: Packed = {
    bytes,
    write: (weights, to) => {
      flippedFilter(g, filterOf(g, weights), flipped);
      write({ filter, bias: weights.bias ?? null }, to);
    },
  };
  const kernel: EmittedKernel = { ...layer, packed };
  return spread === null ? kernel : afterSpread(kernel, spread, emitter);
}
