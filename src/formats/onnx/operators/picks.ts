/** @file ONNX operators that pick elements, axis by axis: Slice, Gather, Split, Expand, Tile. */
import { fewAxes } from "../../importer/computed.ts";
import { cutFrom, cutOf, expanded, gathered, parted, tiled, whole } from "../../importer/picks.ts";
import {
  axesOf,
  axisOf,
  constantInput,
  firstInput,
  integersOf,
  isConstant,
  optionalConstant,
  valueInput,
} from "../../importer/values.ts";
import { integerAttribute, integersAttribute, type Operator } from "../operator.ts";

/** Slices constants and values, with any step, even backwards: PyTorch's exporter computes pads that way. */
export const slice: Operator = {
  attributes: ["axes", "ends", "starts"],
  run: (c) => {
    const x = firstInput(c);
    const list = (i: number, name: string): readonly number[] | null => {
      const given = optionalConstant(c, i, name);
      return given ? integersOf(given) : integersAttribute(c, name);
    };
    const starts = fewAxes(c, list(1, "starts") ?? c.fail("has no starts"));
    const ends = list(2, "ends") ?? c.fail("has no ends");
    const axes = axesOf(c, list(3, "axes") ?? starts.map((_, i) => i), x.shape.length);
    const steps = list(4, "steps") ?? starts.map(() => 1);
    const lengths = [starts, ends, axes, steps].map(({ length }) => length);
    if (new Set(lengths).size > 1) {
      c.fail(`has ${lengths.join(", ")} starts, ends, axes and steps, needs as many of each`);
    }
    const cutAt = (extent: number, axis: number) => {
      const i = axes.indexOf(axis);
      return i < 0 ? whole(extent) : cutOf(c, extent, starts[i], ends[i], steps[i]);
    };
    if (c.batch > 1 && !isConstant(x) && !x.isBehind) {
      const { step, count } = cutAt(c.batch, 0);
      if (step !== 1 || count !== c.batch) c.fail("takes some of the images, which stay apart");
    }
    return cutFrom(c, x, x.shape.map(cutAt));
  },
};

export const gather: Operator = {
  attributes: ["axis"],
  run: (c) => {
    const from = firstInput(c);
    const axis = axisOf(c, integerAttribute(c, "axis", 0), from.shape.length);
    return gathered(c, from, constantInput(c, 1, "indices"), axis);
  },
};

/** Splits into equal parts, except the last, or into parts of the given sizes. */
export const split: Operator = {
  attributes: ["axis", "num_outputs", "split"],
  hasMany: true,
  run: (c) => {
    const x = valueInput(c);
    const axis = axisOf(c, integerAttribute(c, "axis", 0), x.shape.length);
    const listed = optionalConstant(c, 1, "split");
    const stated = listed ? integersOf(listed) : integersAttribute(c, "split");
    const count = c.node.outputs.length;
    const size = Math.ceil(x.shape[axis] / count);
    const sizes = stated ?? c.node.outputs.map((_, i) => Math.min(size, x.shape[axis] - i * size));
    if (sizes.length !== count) c.fail(`has ${sizes.length} sizes, needs ${count}`);
    return parted(c, x, sizes, axis);
  },
};

export const expand: Operator = {
  attributes: [],
  run: (c) => expanded(c, firstInput(c), integersOf(constantInput(c, 1, "shape"))),
};

export const tile: Operator = {
  attributes: [],
  run: (c) => tiled(c, valueInput(c), integersOf(constantInput(c, 1, "repeats"))),
};
