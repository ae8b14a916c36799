/** @file Emitted code for convolutions and dense layers. */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { outputShape } from "../../geometry/window.ts";
import { winogradOf } from "../../geometry/winograd.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { type EmittedKernel, type FilterKernels, type Kernel, type Launch, specialized } from "../contract/kernels.ts";
import type { FusedActivation } from "./activate.ts";
import { conv2d } from "./conv2d.ts";
import { depthwiseConv2d } from "./depthwiseConv2d.ts";
import { unary } from "./elementwise.ts";
import type { Emitter } from "./emitter.ts";
import { activation } from "./functions.ts";
import { matmul } from "./matmul.ts";
import { winograd } from "./winograd.ts";

/** A sigmoid is too long to be fused: it follows as a launch that works on the output in place. */
function withActivation(n: number, f: Activation, make: (f: FusedActivation) => EmittedKernel): EmittedKernel {
  if (f !== "sigmoid") return make(f);
  const { launches, batch, ...summed } = make("none");
  const followed = (own: readonly Launch[], images: number): readonly Launch[] => [
    ...own,
    unary(images * n, activation(f), "output"),
  ];
  return {
    ...summed,
    launches: followed(launches, 1),
    ...(batch && { batch: (images) => followed(batch(images), images) }),
  };
}

function outputSize(g: Conv2dGeometry): number {
  return sizeOf(outputShape(g));
}

export function convolutions(emitter: Emitter): FilterKernels<Kernel> {
  return {
    ...specialized<Kernel>({
      conv2d: (g, f, algorithm = "direct") =>
        withActivation(outputSize(g), f, (own) =>
          algorithm === "direct" ? conv2d(g, own, emitter) : winograd(g, winogradOf(algorithm), own, emitter),
        ),
      depthwiseConv2d: (g, f) => withActivation(outputSize(g), f, (own) => depthwiseConv2d(g, own, emitter)),
      pointwiseConv2d: (g, f) => {
        const size = { N: g.N * g.H * g.W, I: g.C, O: g.O };
        return withActivation(outputSize(g), f, (own) => matmul(size, own, emitter, g.W));
      },
    }),
    dense: (size, f) => withActivation(size.N * size.O, f, (own) => matmul(size, own, emitter)),
  };
}
