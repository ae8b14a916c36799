/** @file Resizing of images in a graph. */
import { type Pixels, RESAMPLE_OPTIONS, resampledPixels, resampling } from "../../geometry/resample2d.ts";
import { checkRank } from "../../tensor/shape.ts";
import { known } from "./checks.ts";
import type { NodeOf, Operation } from "./operation.ts";

/** The pixels of the input from which each row and column of the output is made. */
export function pixelsOf({ op, inputShapes, outputShape, scales, ...how }: NodeOf<"resample2d">): Pixels {
  const [[, H, W], [, OH, OW]] = [inputShapes[0], outputShape];
  return resampledPixels(resampling(op, [H, W], { ...how, ...(scales ? { scales } : { sizes: [OH, OW] }) }));
}

export const resample2d: Operation<"resample2d"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec) => {
      const op = "resample2d";
      known(op, spec, RESAMPLE_OPTIONS);
      const shape = shapeOf(x);
      checkRank(op, "input", shape, [4]);
      const [N, H, W, C] = shape;
      const { axes, ...how } = resampling(op, [H, W], spec);
      const outputShape = [N, axes[0].outputs, axes[1].outputs, C];
      const given = spec.scales === undefined ? {} : { scales: [axes[0].scale, axes[1].scale] as const };
      return append(spec, [x], { op, ...how, ...given, outputShape });
    },
  again: (g, { name, inputs: [x], mode, coordinates, rounding, scales, outputShape: [, H, W] }) => {
    const size = scales === undefined ? { sizes: [H, W] as const } : { scales };
    return g.resample2d(x, { name, mode, coordinates, rounding, ...size });
  },
  kernel: (kernels, node) => {
    const [shape] = node.inputShapes;
    const { mode, rows, columns } = pixelsOf(node);
    return mode === "nearest"
      ? kernels.pick(shape, [null, rows, columns, null])
      : kernels.interpolate2d(shape, rows, columns);
  },
};
