/** @file Images of another size in a graph. */
import {
  COORDINATES,
  NEAREST_ROUNDINGS,
  type Neighbours,
  nearestPixels,
  neighbours,
  RESAMPLE_MODES,
  resampledAxes,
} from "../../geometry/resample2d.ts";
import { oneOf } from "../../tensor/errors.ts";
import { checkRank } from "../../tensor/shape.ts";
import { known } from "./checks.ts";
import type { NodeOf, Operation } from "./operation.ts";

/** The pixels of the input that each row and column of the output is made of. */
type Pixels =
  | { readonly mode: "nearest"; readonly rows: readonly number[]; readonly columns: readonly number[] }
  | { readonly mode: "linear"; readonly rows: Neighbours; readonly columns: Neighbours };

export function pixelsOf(node: NodeOf<"resample2d">): Pixels {
  const { mode, coordinates, rounding, scales } = node;
  const [[, H, W], [, OH, OW]] = [node.inputShapes[0], node.outputShape];
  const axes = resampledAxes(node.op, [H, W], scales ? { scales } : { sizes: [OH, OW] });
  if (mode === "nearest") {
    const [rows, columns] = axes.map((axis) => nearestPixels(axis, coordinates, rounding));
    return { mode, rows, columns };
  }
  const [rows, columns] = axes.map((axis) => neighbours(axis, coordinates));
  return { mode, rows, columns };
}

const OPTIONS = ["sizes", "scales", "mode", "coordinates", "rounding"];

export const resample2d: Operation<"resample2d"> = {
  method:
    ({ shapeOf, append }) =>
    (x, spec) => {
      const op = "resample2d";
      known(op, spec, OPTIONS);
      const shape = shapeOf(x);
      checkRank(op, "input", shape, [4]);
      const [N, H, W, C] = shape;
      const axes = resampledAxes(op, [H, W], spec);
      const mode = oneOf(op, "mode", spec.mode ?? "nearest", RESAMPLE_MODES);
      const coordinates = oneOf(op, "coordinates", spec.coordinates ?? "half-pixel", COORDINATES);
      const rounding = oneOf(op, "rounding", spec.rounding ?? "round-prefer-floor", NEAREST_ROUNDINGS);
      const outputShape = [N, axes[0].outputs, axes[1].outputs, C];
      const given = spec.scales === undefined ? {} : { scales: [axes[0].scale, axes[1].scale] as const };
      return append(spec, [x], { op, mode, coordinates, rounding, ...given, outputShape });
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
