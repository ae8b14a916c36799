/** @file What an ONNX operator is, and how it reads its attributes. */
import type { Origin } from "../../graph/quantized/roundings.ts";
import type { Context as AnyContext, Known } from "../importer/values.ts";
import type { OnnxNode } from "./modelTypes.ts";

export interface Context extends AnyContext {
  readonly opset: number;
  /** The integers that real numbers of the file are made of, by the array of the numbers. */
  readonly origins: Map<unknown, Origin>;
  /** Names of roundings that the file has in one operator with a sum. */
  readonly roundedSums: Set<string>;
  readonly node: OnnxNode;
}

export interface Operator {
  /** Supported attributes; any other is refused. */
  readonly attributes: readonly string[];
  /** Whether inputs may be images with their channels in groups; others get those in the file's order. */
  readonly takesGroups?: boolean;
  /** Whether inputs may be levels, the real numbers of which are in the graph; others get the integers of the file. */
  readonly takesLevels?: boolean;
  /** Whether further outputs are tolerated, if nothing reads them. */
  readonly ignoresMore?: boolean;
  /**
   * Appends nodes to the graph, or computes a constant.
   *
   * @returns a list, one for each output, where there are several
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
