/** @file Builder methods for pooling. */
import { checkPair } from "../../geometry/padding.ts";
import { pool2dGeometry } from "../../geometry/pool2d.ts";
import { outputShape } from "../../geometry/window.ts";
import { checkBoolean } from "../../tensor/errors.ts";
import type { PoolNode } from "../graph.ts";
import type { AveragePoolSpec, GraphBuilder, Value } from "../specs.ts";
import { known } from "./checks.ts";
import type { NodeList } from "./nodeList.ts";

export function poolMethods({
  shapeOf,
  append,
}: NodeList): Pick<GraphBuilder, "maxPool2d" | "averagePool2d" | "globalAveragePool2d"> {
  const pool = (op: PoolNode["op"], x: Value, spec: AveragePoolSpec): Value => {
    known(op, spec);
    const shape = shapeOf(x);
    const geometry = pool2dGeometry(op, shape, spec);
    const countIncludePad = checkBoolean(op, "countIncludePad", spec.countIncludePad ?? false);
    const windowDimensions = checkPair(op, "windowDimensions", spec.windowDimensions ?? [shape[1], shape[2]], 1);
    const { rounding = "floor" } = spec;
    const outputs = outputShape(geometry);
    return append(spec, [x], { op, geometry, countIncludePad, windowDimensions, rounding, outputShape: outputs });
  };

  return {
    maxPool2d: (x, spec = {}) => pool("maxPool2d", x, spec),
    averagePool2d: (x, spec = {}) => pool("averagePool2d", x, spec),
    globalAveragePool2d: (x, spec = {}) => pool("globalAveragePool2d", x, spec),
  };
}
