/** @file Pooling in a graph. */
import { checkPair } from "../../geometry/padding.ts";
import { pool2dGeometry } from "../../geometry/pool2d.ts";
import { outputShape } from "../../geometry/window.ts";
import { checkBoolean } from "../../tensor/errors.ts";
import type { PoolNode } from "../graph.ts";
import type { Value } from "../methods/value.ts";
import type { NodeList } from "../nodeList.ts";
import type { AveragePoolSpec, PoolSpec } from "../specs.ts";
import { known } from "./checks.ts";
import type { Operation } from "./operation.ts";
import { windowOf } from "./window.ts";

const WINDOW = ["windowDimensions", "strides", "padding", "dilations", "rounding"];

function append(
  { shapeOf, append }: NodeList,
  op: PoolNode["op"],
  x: Value,
  spec: AveragePoolSpec,
  options: readonly string[],
): Value {
  known(op, spec, options);
  const shape = shapeOf(x);
  const geometry = pool2dGeometry(op, shape, spec);
  const countIncludePad = checkBoolean(op, "countIncludePad", spec.countIncludePad ?? false);
  const windowDimensions = checkPair(op, "windowDimensions", spec.windowDimensions ?? [shape[1], shape[2]], 1);
  const { rounding = "floor" } = spec;
  const outputs = outputShape(geometry);
  return append(spec, [x], { op, geometry, countIncludePad, windowDimensions, rounding, outputShape: outputs });
}

function again({ name, geometry, windowDimensions, rounding }: PoolNode): PoolSpec {
  return { name, ...windowOf(geometry), windowDimensions, rounding };
}

export const maxPool2d: Operation<"maxPool2d"> = {
  method:
    (list) =>
    (x, spec = {}) =>
      append(list, "maxPool2d", x, spec, WINDOW),
  again: (g, node) => g.maxPool2d(node.inputs[0], again(node)),
  kernel: (kernels, { geometry }) => kernels.maxPool2d(geometry),
};

export const averagePool2d: Operation<"averagePool2d"> = {
  method:
    (list) =>
    (x, spec = {}) =>
      append(list, "averagePool2d", x, spec, [...WINDOW, "countIncludePad"]),
  again: (g, node) => g.averagePool2d(node.inputs[0], { countIncludePad: node.countIncludePad, ...again(node) }),
  kernel: (kernels, { geometry, countIncludePad }) => kernels.averagePool2d(geometry, countIncludePad),
};

export const globalAveragePool2d: Operation<"globalAveragePool2d"> = {
  method:
    (list) =>
    (x, spec = {}) =>
      append(list, "globalAveragePool2d", x, spec, []),
  again: (g, { name, inputs: [x] }) => g.globalAveragePool2d(x, { name }),
  kernel: (kernels, { geometry }) => kernels.globalAveragePool2d(geometry),
};
