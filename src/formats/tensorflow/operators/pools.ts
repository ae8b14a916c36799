/** @file TensorFlow's pools, and its operators that resize images. */
import { resized } from "../../importer/tensorflow/resize.ts";
import { flag, type Operator, operator } from "../operator.ts";
import { imageOf, paddingOf, pair } from "./layers.ts";

export function pool(op: "averagePool2d" | "maxPool2d"): Operator {
  return operator((c) => {
    const { x, as } = imageOf(c);
    const windowDimensions = pair(c, "ksize");
    const strides = pair(c, "strides");
    const padding = paddingOf(c);
    const [, H, W] = c.g.shapeOf(x.name);
    const isWhole = padding === "valid" && windowDimensions[0] === H && windowDimensions[1] === W;
    if (isWhole && op === "averagePool2d") return as(c.g.globalAveragePool2d(x.name, { name: c.name }));
    return as(c.g[op](x.name, { name: c.name, windowDimensions, strides, padding }));
  });
}

export function resize(mode: "linear" | "nearest"): Operator {
  return operator((c) => resized(c, mode, flag(c, "align_corners"), flag(c, "half_pixel_centers")));
}
