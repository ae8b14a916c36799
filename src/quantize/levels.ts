/** @file Chooses eight-bit levels that cover the ranges of the values. */
import type { Graph, GraphNode } from "../graph/graph.ts";
import { isMoved } from "../graph/quantized/rules.ts";
import type { QuantizedLevels, QuantizedType } from "../tensor/quantizedTensor.ts";
import type { Range } from "./ranges.ts";

/** For values between 0 and 1, or -1 and 1: the levels that every runtime expects, as int8. */
const UNIT: QuantizedLevels = { type: "int8", scale: 1 / 256, zeroPoint: -128 };
const SIGNED_UNIT: QuantizedLevels = { type: "int8", scale: 1 / 128, zeroPoint: 0 };

/**
 * Levels for every value; for uint8, those of int8 shifted up by 128. An operation that only moves or compares values
 * has the levels of its inputs, so that it can move the integers.
 */
export function coveringLevels(
  graph: Graph,
  ranges: ReadonlyMap<string, Range>,
  type: QuantizedType,
): ReadonlyMap<string, QuantizedLevels> {
  const group = new Map<string, string>();
  const root = (value: string): string => {
    const above = group.get(value);
    return above === undefined ? value : root(above);
  };
  for (const node of graph.nodes) {
    if (!isMoved(node)) continue;
    for (const input of node.inputs) if (root(input) !== root(node.name)) group.set(root(input), root(node.name));
  }
  const joint = new Map<string, Range>();
  const fixed = new Map<string, QuantizedLevels>();
  for (const [value, { min, max }] of ranges) {
    const own = joint.get(root(value)) ?? { min: 0, max: 0 };
    joint.set(root(value), { min: Math.min(own.min, min), max: Math.max(own.max, max) });
  }
  for (const node of graph.nodes) {
    const levels = fixedLevels(node);
    if (levels !== null && root(node.name) === node.name) fixed.set(node.name, levels);
  }
  return new Map(
    [...ranges.keys()].map((value) => {
      const levels = fixed.get(root(value)) ?? covering(joint.get(root(value)) as Range);
      return [value, type === "int8" ? levels : { ...levels, type, zeroPoint: levels.zeroPoint + 128 }];
    }),
  );
}

/** q = round(x / scale) + zeroPoint ranges from -128 to 127 as x does from min to max; 0 is a level. */
function covering({ min, max }: Range): QuantizedLevels {
  const scale = Math.fround((max - min) / 255);
  if (!(scale > SMALLEST)) return { type: "int8", scale: 1, zeroPoint: 0 };
  return { type: "int8", scale, zeroPoint: Math.max(-128, Math.min(127, Math.round(-128 - min / scale))) };
}

/** The smallest normal float32: values that are always 0 need no finer scale. */
const SMALLEST = 2 ** -126;

function fixedLevels(node: GraphNode): QuantizedLevels | null {
  if (node.op === "softmax" || (node.op === "activation" && node.activation === "sigmoid")) return UNIT;
  return node.op === "tanh" ? SIGNED_UNIT : null;
}
