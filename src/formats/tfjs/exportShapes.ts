/** @file Exports nodes that move elements, or merge several values, as TensorFlow.js layers. */
import type { GraphNode, ReduceNode, Resample2dNode } from "../../graph/graph.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Own } from "./exportOwn.ts";

const MERGES: Readonly<Partial<Record<GraphNode["op"], string>>> = {
  ...{ add: "Add", mul: "Multiply", max: "Maximum", min: "Minimum" },
};

/** The operands at the same rank: those of a lower rank get axes of one element. */
function ofOneRank({ inputs, node, step }: Own): readonly string[] {
  const rank = node.outputShape.length;
  return inputs.map((input, i) => {
    const shape = node.inputShapes[i];
    if (shape.length === rank) return input;
    const wide = [...new Array<number>(rank - shape.length).fill(1), ...shape];
    return step(`wide_${i}`, "Reshape", { target_shape: wide.slice(1) }, [input]);
  });
}

export function writeRearranged(own: Own, node: GraphNode): string {
  const { layer, step, fail } = own;
  const shape = node.outputShape;
  const [from] = node.inputShapes;
  switch (node.op) {
    case "add":
    case "mul":
    case "max":
    case "min":
      return layer(MERGES[node.op] as string, {}, ofOneRank(own));
    case "sub": {
      const [a, b] = ofOneRank(own);
      return layer("Add", {}, [a, step("negative", "Rescaling", { scale: -1, offset: 0 }, [b])]);
    }
    case "concat":
      return node.axis > 0 ? layer("Concatenate", { axis: node.axis }) : fail("of images");
    case "reshape":
      return shape.length > 1 ? layer("Reshape", { target_shape: shape.slice(1) }) : fail("to rank 1");
    case "transpose":
      return node.permutation[0] === 0 ? layer("Permute", { dims: node.permutation.slice(1) }) : fail("of images");
    case "pad": {
      const isOfRows = shape.length === 4 && [0, 3].every((axis) => node.pads[axis].every((n) => n === 0));
      if (node.mode !== "constant" || !isOfRows) fail("but of zeros around rows and columns");
      const padding = node.pads.slice(1, 3);
      if (node.value === 0) return layer("ZeroPadding2D", { padding });
      const line = (offset: number) => ({ scale: 1, offset });
      const lowered = step("lowered", "Rescaling", line(-node.value));
      return layer("Rescaling", line(node.value), [step("padded", "ZeroPadding2D", { padding }, [lowered])]);
    }
    case "slice": {
      const isWhole = (axis: number): boolean => node.sizes[axis] === from[axis];
      const isStep = node.steps.every((one, axis) => one === 1 || node.sizes[axis] === 1);
      if (from.length !== 4 || !isStep || !isWhole(0) || !isWhole(3)) fail("but of rows and columns");
      const cropping = [1, 2].map((axis) => {
        const start = node.starts[axis];
        return [start, from[axis] - start - node.sizes[axis]];
      });
      return layer("Cropping2D", { cropping });
    }
    case "reduceMean":
    case "reduceMax":
      return overImage(own, node);
    case "resample2d":
      return resampled(own, node, from);
    default:
      return fail();
  }
}

/** Reduces over all axes but batch and channels. */
function overImage({ layer, step, fail }: Own, node: ReduceNode): string {
  const [{ length }] = node.inputShapes;
  const isOver = (length === 4 && node.axes.join() === "1,2") || (length === 3 && node.axes.join() === "1");
  if (!isOver) return fail("but over rows and columns");
  const className = `Global${node.op === "reduceMean" ? "Average" : "Max"}Pooling${length - 2}D`;
  if (!node.keepDimensions) return layer(className, {});
  return layer("Reshape", { target_shape: node.outputShape.slice(1) }, [step("flat", className, {})]);
}

/** Enlarges by whole factors: repeats pixels, or interpolates from their upper left corners. */
function resampled({ layer, fail }: Own, node: Resample2dNode, [, H, W]: Shape): string {
  const [, OH, OW] = node.outputShape;
  const size = [OH / H, OW / W];
  const isWhole =
    size.every((factor) => Number.isInteger(factor)) && (node.scales ?? size).every((f, i) => f === size[i]);
  const { mode, coordinates, rounding } = node;
  const isRepeated = coordinates === "half-pixel" || (coordinates === "asymmetric" && rounding === "floor");
  if (!isWhole || (mode === "nearest" ? !isRepeated : coordinates !== "asymmetric")) {
    return fail("but by whole factors, from the upper left corner");
  }
  return layer("UpSampling2D", { size, interpolation: mode === "nearest" ? "nearest" : "bilinear" });
}
