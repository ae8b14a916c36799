/** @file ONNX operators, and how they read their attributes. */
import type { Origin } from "../../graph/quantized/roundings.ts";
import type { Context as AnyContext, Known } from "../importer/values.ts";
import type { OnnxNode } from "./modelTypes.ts";

export interface Context extends AnyContext {
  readonly opset: number;
  /** The integers from which real numbers of the file were dequantised, by the array of these numbers. */
  readonly origins: Map<unknown, Origin>;
  /** Names of roundings that are part of an operator that adds, in the file. */
  readonly roundedSums: Set<string>;
  readonly node: OnnxNode;
}

export interface Operator {
  /** Supported attributes; any other is refused. */
  readonly attributes: readonly string[];
  /** Whether inputs may be images with channels in groups; other operators get them in the file's order. */
  readonly takesGroups?: boolean;
  /** Whether inputs may have levels, with their real numbers in the graph; other operators get the file's integers. */
  readonly takesLevels?: boolean;
  /** Whether further outputs are tolerated, if nothing reads them. */
  readonly ignoresMore?: boolean;
  /**
   * Appends nodes to the graph, or computes a constant.
   *
   * @returns a list with one element per output, if there are several
   */
  run(context: Context): Known | readonly Known[];
  /** Whether it has several outputs. Default false. */
  readonly hasMany?: boolean;
}

export function integerAttribute({ node, fail }: Context, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute ? (attribute.i ?? fail(`has ${name} without an integer`)) : fallback;
}

export function floatAttribute({ node, fail }: Context, name: string, fallback: number): number {
  const attribute = node.attributes.get(name);
  return attribute ? (attribute.f ?? fail(`has ${name} without a float`)) : fallback;
}

export function integersAttribute({ node, fail }: Context, name: string): readonly number[] | null {
  const attribute = node.attributes.get(name);
  if (attribute === undefined) return null;
  return attribute.i === undefined && attribute.f === undefined ? attribute.ints : fail(`has ${name} without a list`);
}
