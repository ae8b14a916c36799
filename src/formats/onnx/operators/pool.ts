/** @file Pooling, including the mean over an image. */

import { asImages, image } from "../../importer/axes.ts";
import { valueInput } from "../../importer/values.ts";
import { type Context, integerAttribute, type Operator } from "../operator.ts";
import { POOL, windowOptions } from "./window.ts";

function poolSpec(c: Context) {
  const { kernel, ...window } = windowOptions(c, [0, 0]);
  const rounding = integerAttribute(c, "ceil_mode", 0) === 0 ? "floor" : "ceil";
  return { name: c.name, windowDimensions: kernel, ...window, rounding } as const;
}

export const maxPool: Operator = {
  takesLevels: true,
  attributes: [...POOL, "storage_order"],
  run: (c) => {
    if (integerAttribute(c, "storage_order", 0) !== 0) c.fail("has storage_order 1, needs 0");
    const x = asImages(c, valueInput(c));
    return { ...image(c, c.g.maxPool2d(x.name, poolSpec(c))), levels: x.levels };
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
