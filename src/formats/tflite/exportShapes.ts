/** @file Exports nodes that move or pick elements as TensorFlow Lite operators. */
import { type Picks, paddedIndices } from "../../geometry/picks.ts";
import type { Pixels } from "../../geometry/resample2d.ts";
import type { GraphNode, Resample2dNode } from "../../graph/graph.ts";
import { pixelsOf } from "../../graph/operations/resample2d.ts";
import { flag, i8, i32 } from "../bytes/flatbuffersWriter.ts";
import type { Own } from "./exportOwn.ts";

const INT32 = 2;

export function writeRearranged(own: Own, node: GraphNode): void {
  const { file, x, y, inputs } = own;
  const { name, outputShape: shape } = node;
  const list = (part: string, values: readonly number[]): number => file.integers(`${name}/${part}`, values);
  switch (node.op) {
    case "reshape":
      file.operator("RESHAPE", [x, list("shape", shape)], [y]);
      return;
    case "transpose":
      file.operator("TRANSPOSE", [x, list("permutation", node.permutation)], [y]);
      return;
    case "concat":
      file.operator("CONCATENATION", inputs, [y], { type: 10, fields: [i32(node.axis)] });
      return;
    case "slice": {
      const ends = node.starts.map((start, axis) => {
        const end = start + node.sizes[axis] * node.steps[axis];
        return end < 0 ? -node.inputShapes[0][axis] - 1 : end; // before the first element, not the last
      });
      const cut = [list("begins", node.starts), list("ends", ends), list("steps", node.steps)];
      file.operator("STRIDED_SLICE", [x, ...cut], [y], { type: 32, fields: [] });
      return;
    }
    case "gather":
      file.operator("GATHER", [x, list("indices", node.indices)], [y], { type: 23, fields: [i32(node.axis)] });
      return;
    case "expand":
      file.operator("BROADCAST_TO", [x, list("shape", shape)], [y], { type: 104, version: 2, fields: [] });
      return;
    case "tile":
      file.operator("TILE", [x, list("multiples", node.repetitions)], [y]);
      return;
    case "pad": {
      const [from] = node.inputShapes;
      if (node.mode === "edge") {
        gatherAlong(
          own,
          from.map((extent, axis) => paddedIndices("edge", extent, node.pads[axis])),
        );
        return;
      }
      const table = file.integers(`${name}/pads`, node.pads.flat(), [node.pads.length, 2]);
      if (node.mode === "reflection") {
        file.operator("MIRROR_PAD", [x, table], [y], { type: 77, fields: [i8(0)] });
        return;
      }
      file.operator("PADV2", [x, table, file.scalar(`${name}/value`, Math.fround(node.value))], [y], {
        type: 43,
        fields: [],
      });
      return;
    }
    case "argMax": {
      const at = file.fresh(
        `${name}/index`,
        shape.length < node.inputShapes[0].length ? shape : shape.toSpliced(node.axis, 1),
        INT32,
      );
      file.operator("ARG_MAX", [x, file.integers(`${name}/axis`, [node.axis], [])], [at], {
        type: 40,
        fields: [i8(INT32)],
      });
      if (!node.keepDimensions) {
        file.operator("CAST", [at], [y], { type: 37, fields: [i8(INT32)] });
        return;
      }
      const real = own.step("CAST", [at], shape.toSpliced(node.axis, 1), "real", { type: 37, fields: [i8(INT32)] });
      file.operator("RESHAPE", [real, list("shape", shape)], [y]);
      return;
    }
    case "resample2d":
      writeResample(own, node);
      return;
    default:
      own.fail();
  }
}

/** Picks elements at these indices of each axis; null: all. */
function gatherAlong(own: Own, picks: Picks): void {
  const { file, node, y } = own;
  const axes = picks.flatMap((indices, axis) => (indices === null ? [] : [{ indices, axis }]));
  let from = own.x;
  let [shape] = node.inputShapes;
  axes.forEach(({ indices, axis }, i) => {
    shape = shape.map((extent, at) => (at === axis ? indices.length : extent));
    const to = i === axes.length - 1 ? y : file.fresh(`${node.name}/along_${axis}`, shape);
    const list = file.integers(`${node.name}/indices_${axis}`, indices);
    file.operator("GATHER", [from, list], [to], { type: 23, fields: [i32(axis)] });
    from = to;
  });
  if (axes.length === 0) file.operator("RESHAPE", [from, file.integers(`${node.name}/shape`, shape)], [y]);
}

/** TensorFlow Lite divides the sizes and has three rules; scales that are not the quotient are refused. */
function writeResample(own: Own, node: Resample2dNode): void {
  const { file, x, y } = own;
  const [[, H, W], [, OH, OW]] = [node.inputShapes[0], node.outputShape];
  const { mode, coordinates, rounding } = node;
  const isQuotient = node.scales === undefined || (node.scales[0] === OH / H && node.scales[1] === OW / W);
  const isAligned = coordinates === "align-corners";
  const isHalf = coordinates === "half-pixel" || (coordinates === "pytorch-half-pixel" && OH > 1 && OW > 1);
  const isRule = isQuotient && (isAligned || isHalf || coordinates === "asymmetric");
  if (mode === "nearest") {
    const isWhole = isHalf && rounding === "round-prefer-floor" && OH % H === 0 && OW % W === 0; // no ties
    if (!isRule || (!isWhole && rounding !== (isAligned || isHalf ? "round-prefer-ceil" : "floor"))) {
      const { rows, columns } = pixelsOf(node) as Extract<Pixels, { readonly mode: "nearest" }>;
      gatherAlong(own, [null, rows, columns, null]);
      return;
    }
  } else if (!isRule) own.fail("by such scales, or to one pixel by PyTorch's rule");
  const flags = [flag(isAligned), flag(isHalf)];
  const size = file.integers(`${node.name}/size`, [OH, OW]);
  const options =
    mode === "linear"
      ? { type: 15, version: 3, fields: [null, null, ...flags] }
      : { type: 74, version: 3, fields: flags };
  file.operator(mode === "linear" ? "RESIZE_BILINEAR" : "RESIZE_NEAREST_NEIGHBOR", [x, size], [y], options);
}
