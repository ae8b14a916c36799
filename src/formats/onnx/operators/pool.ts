/** @file Pooling, including the mean over an image. */

import { asImages, image } from "../../importer/axes.ts";
import { axisOf, integersOf, type Known, optionalConstant, type Value, valueInput } from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { POOL, windowOptions } from "./window.ts";

function poolSpec(c: Context) {
  const { kernel, ...window } = windowOptions(c, [0, 0]);
  const rounding = integerAttribute(c, "ceil_mode", 0) === 0 ? "floor" : "ceil";
  return { name: c.name, windowDimensions: kernel, ...window, rounding } as const;
}

export const maxPool: Operator = {
  attributes: [...POOL, "storage_order"],
  run: (c) => {
    if (integerAttribute(c, "storage_order", 0) !== 0) c.fail("has storage_order 1, needs 0");
    return image(c, c.g.maxPool2d(asImages(c, valueInput(c)).name, poolSpec(c)));
  },
};

export const averagePool: Operator = {
  attributes: [...POOL, "count_include_pad"],
  run: (c) => {
    const countIncludePad = integerAttribute(c, "count_include_pad", 0) !== 0;
    return image(c, c.g.averagePool2d(asImages(c, valueInput(c)).name, { ...poolSpec(c), countIncludePad }));
  },
};

export const globalMaxPool: Operator = {
  attributes: [],
  run: (c) => {
    return image(c, c.g.maxPool2d(asImages(c, valueInput(c)).name, { name: c.name }));
  },
};

export const globalAveragePool: Operator = {
  attributes: [],
  run: (c) => {
    return image(c, c.g.globalAveragePool2d(asImages(c, valueInput(c)).name, { name: c.name }));
  },
};

/** Takes the mean over rows and columns of images, which may already be in a graph's order. */
export const reduceMean: Operator = {
  attributes: ["axes", "keepdims", "noop_with_empty_axes"],
  run: (c) => {
    const input = valueInput(c);
    const listed = optionalConstant(c, 1, "axes");
    const axes = (listed ? integersOf(listed) : (integersAttribute(c, "axes") ?? [])).map((axis) => axisOf(c, axis, 4));
    const isOver = (h: number, w: number): boolean => axes.length === 2 && axes.includes(h) && axes.includes(w);
    if (!input.turned && input.shape.length === 4 && isOver(1, 2)) {
      const shape = [1, 1, 1, input.shape[3]];
      const mean = c.g.globalAveragePool2d(input.name, { name: c.name });
      return flatUnlessKept(c, { name: mean, shape, turned: false }, shape[3]);
    }
    const x = asImages(c, input);
    if (!isOver(2, 3)) {
      c.fail(`takes the mean over the axes ${axes.join(", ") || "of everything"}, needs 2 and 3`);
    }
    return flatUnlessKept(c, image(c, c.g.globalAveragePool2d(x.name, { name: c.name })), x.shape[1]);
  },
};

function flatUnlessKept(c: Context, mean: Value, C: number): Known {
  if (integerAttribute(c, "keepdims", 1) !== 0) return mean;
  const shape = [1, C];
  return { name: c.g.reshape(mean.name, shape, { name: c.fresh("flat") }), shape, turned: false };
}
