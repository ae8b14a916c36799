/** @file The parts of an ONNX model, as read. */
import type { OnnxTensor } from "./tensor.ts";

export interface OnnxAttribute {
  readonly name: string;
  readonly f?: number;
  readonly i?: number;
  readonly s?: string;
  readonly t?: OnnxTensor;
  readonly floats: readonly number[];
  readonly ints: readonly number[];
  /** Whether it holds a subgraph, as in If and Loop. */
  readonly isGraph: boolean;
}

export interface OnnxNode {
  readonly name: string;
  readonly op: string;
  readonly domain: string;
  /** "" for an omitted operand. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, OnnxAttribute>;
}

/** An input or output. An open size is its name, or "?". */
export interface OnnxValue {
  readonly name: string;
  /** null if the file states none. */
  readonly shape: readonly (number | string)[] | null;
  readonly elementType: number;
}

export interface OnnxModel {
  readonly opset: number;
  readonly producer: string;
  /** Metadata strings by name. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly graphName: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxTensor[];
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}
