/**
 * @file A network as plain data: a list of nodes in execution order.
 *
 * A graph describes one image; every operation here treats the images of a batch independently and alike, so a session
 * runs any number of them. It holds no weights, only their names and shapes, and survives `JSON.stringify`.
 */

import type { Activation } from "../geometry/activation.ts";
import { type Conv2dGeometry, isDepthwise } from "../geometry/conv2d.ts";
import { type BinaryOp, type GeluForm, PLAIN_FUNCTIONS, type PlainFunction } from "../geometry/elementwise.ts";
import type { PadMode } from "../geometry/picks.ts";
import type { Pool2dGeometry } from "../geometry/pool2d.ts";
import type { Reduction } from "../geometry/reduction.ts";
import type { QuantizeRule } from "../geometry/requantization.ts";
import type { Coordinates, NearestRounding, ResampleMode } from "../geometry/resample2d.ts";
import type { ConvAlgorithm } from "../geometry/winograd.ts";
import type { IntegerType, Quantization, QuantizedLevels, QuantizedType } from "../tensor/quantizedTensor.ts";
import type { Shape } from "../tensor/shape.ts";

/** A weight that a node needs: its lookup key and its required shape. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: Shape;
  /** Of an integer weight: type, scale and zero point. */
  readonly quantization?: WeightQuantization;
}

/** What the integers of a weight represent. */
export interface WeightQuantization extends Quantization {
  readonly type: IntegerType;
}

/** The levels of the values that a node reads and computes; null for real numbers. */
export interface NodeQuantization {
  readonly inputs: readonly (QuantizedLevels | null)[];
  readonly output: QuantizedLevels | null;
}

/** The properties of every node. */
export interface NodeBase {
  /** Unique in the graph; also the name of the value that the node computes. */
  readonly name: string;
  /** Names of earlier nodes, or of the graph's input. */
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  /** For nodes that read or compute integers. */
  readonly quantization?: NodeQuantization;
  /** By role: filter, bias, mean, variance, scale. */
  readonly weights: Readonly<Record<string, WeightSpec>>;
}

/** A convolution: standard or grouped, depthwise or pointwise. */
export interface ConvNode extends NodeBase {
  readonly op: "conv2d" | "depthwiseConv2d" | "pointwiseConv2d";
  readonly geometry: Conv2dGeometry;
  readonly activation: Activation;
  /** For standard convolutions that are not computed directly. */
  readonly algorithm?: Exclude<ConvAlgorithm, "direct">;
}

/** A transposed convolution. */
export interface ConvTransposeNode extends NodeBase {
  readonly op: "convTranspose2d";
  /** Of the convolution that it transposes, whose input [H, W, C] is this node's output. */
  readonly geometry: Conv2dGeometry;
  readonly activation: Activation;
}

/** A fully connected layer. */
export interface DenseNode extends NodeBase {
  readonly op: "dense";
  readonly activation: Activation;
}

/** Average or max pooling. */
export interface PoolNode extends NodeBase {
  readonly op: "maxPool2d" | "averagePool2d" | "globalAveragePool2d";
  readonly geometry: Pool2dGeometry;
  readonly countIncludePad: boolean;
  /** As requested; the geometry leaves out taps that never fall on the image. */
  readonly windowDimensions: readonly [number, number];
  readonly rounding: "floor" | "ceil";
}

/** Batch normalisation over the last axis. */
export interface BatchNormNode extends NodeBase {
  readonly op: "batchNormalization";
  readonly epsilon: number;
}

/** An activation as a separate node, element by element. */
export interface ActivationNode extends NodeBase {
  readonly op: "activation";
  readonly activation: Activation;
}

/** Padding: elements around a value. */
export interface PadNode extends NodeBase {
  readonly op: "pad";
  readonly pads: readonly (readonly [before: number, after: number])[];
  readonly mode: PadMode;
  /** Value of the padding, in mode "constant". */
  readonly value: number;
}

/** A reduction along some axes: mean, sum, maximum or minimum. */
export interface ReduceNode extends NodeBase {
  readonly op: Reduction;
  /** In ascending order. */
  readonly axes: readonly number[];
  readonly keepDimensions: boolean;
}

/** The index of the largest element along an axis. */
export interface ArgMaxNode extends NodeBase {
  readonly op: "argMax";
  readonly axis: number;
  readonly keepDimensions: boolean;
}

/** A slice of a value: along each axis start, start + step, … */
export interface SliceNode extends NodeBase {
  readonly op: "slice";
  readonly starts: readonly number[];
  readonly sizes: readonly number[];
  readonly steps: readonly number[];
}

/** Resized images. */
export interface Resample2dNode extends NodeBase {
  readonly op: "resample2d";
  readonly mode: ResampleMode;
  readonly coordinates: Coordinates;
  /** In mode "nearest". */
  readonly rounding: NearestRounding;
  /** As requested, rows and columns; absent if sizes were given. */
  readonly scales?: readonly [number, number];
}

/** Elements at given indices along an axis. */
export interface GatherNode extends NodeBase {
  readonly op: "gather";
  readonly indices: readonly number[];
  readonly axis: number;
}

/** A value repeated along each axis. */
export interface TileNode extends NodeBase {
  readonly op: "tile";
  readonly repetitions: readonly number[];
}

/** Values concatenated along an axis. */
export interface ConcatNode extends NodeBase {
  readonly op: "concat";
  readonly axis: number;
}

/** A value with reordered axes. */
export interface TransposeNode extends NodeBase {
  readonly op: "transpose";
  readonly permutation: readonly number[];
}

/** min(max(x, minValue), maxValue) */
export interface ClampNode extends NodeBase {
  readonly op: "clamp";
  readonly minValue: number;
  readonly maxValue: number;
}

/** Hard sigmoid with any slope and offset; the standard one is an activation. */
export interface HardSigmoidNode extends NodeBase {
  readonly op: "hardSigmoid";
  readonly alpha: number;
  readonly beta: number;
}

/** x; below 0, with a factor. */
export interface LeakyReluNode extends NodeBase {
  /** elu: α · (e^x - 1) below 0 */
  readonly op: "leakyRelu" | "elu";
  readonly alpha: number;
}

/** A value rounded to eight-bit levels and back. */
export interface FakeQuantizeNode extends NodeBase {
  readonly op: "fakeQuantize";
  readonly scale: number;
  readonly zeroPoint: number;
  readonly type: QuantizedType;
}

/** Layer normalisation over the last axes. */
export interface LayerNormNode extends NodeBase {
  readonly op: "layerNormalization";
  /** Number of last axes that are normalised together. */
  readonly axes: number;
  readonly epsilon: number;
}

/** x · Φ(x) */
export interface GeluNode extends NodeBase {
  readonly op: "gelu";
  readonly approximate: GeluForm;
}

/** A node without options. */
export interface PlainNode extends NodeBase {
  readonly op: BinaryOp | PlainFunction | "softmax" | "reshape" | "expand" | "matmul" | "prelu" | "dequantize";
}

/** Converts real numbers to integers, or integers to other levels. */
export interface QuantizeNode extends NodeBase {
  readonly op: "quantize";
  /** How real numbers are rounded; null leaves it to the session. */
  readonly rule: QuantizeRule | null;
  /** The part of the zero point that is added before rounding. */
  readonly offset: number;
}

/** A node of a graph, of any kind. */
export type GraphNode =
  | ConvNode
  | ConvTransposeNode
  | DenseNode
  | PoolNode
  | BatchNormNode
  | ActivationNode
  | PadNode
  | ConcatNode
  | TransposeNode
  | ClampNode
  | HardSigmoidNode
  | LeakyReluNode
  | GeluNode
  | FakeQuantizeNode
  | QuantizeNode
  | LayerNormNode
  | ReduceNode
  | ArgMaxNode
  | SliceNode
  | Resample2dNode
  | GatherNode
  | TileNode
  | PlainNode;

/** A node into whose weights a scale and a bias per output channel can be folded. */
export type LinearNode = ConvNode | ConvTransposeNode | DenseNode;

/** An input of the graph; its shape is for one image. */
export interface GraphInput {
  readonly name: string;
  readonly shape: Shape;
  /** For an integer value: its levels. */
  readonly quantization?: QuantizedLevels;
}

/** A network as plain data: JSON keeps all of it. `graphBuilder` and the model functions make them. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly GraphInput[];
  /** The first input. */
  readonly input: GraphInput;
  /** In execution order: a node comes after all of its inputs. */
  readonly nodes: readonly GraphNode[];
  /** Names of the values that the graph computes. */
  readonly outputs: readonly string[];
  /** The first output. In a copy of a graph with one output, `{ ...graph, output }`, this field counts. */
  readonly output: string;
}

export function graphOf(
  name: string,
  inputs: readonly GraphInput[],
  nodes: readonly GraphNode[],
  outputs: readonly string[],
): Graph {
  return { name, inputs, input: inputs[0], nodes, outputs, output: outputs[0] };
}

export function isConv(node: GraphNode): node is ConvNode {
  return node.op === "conv2d" || node.op === "depthwiseConv2d" || node.op === "pointwiseConv2d";
}

/** Whether a node is a depthwise convolution, by its name or by having as many groups as channels. */
export function isDepthwiseConv(node: GraphNode): boolean {
  return isConv(node) && (node.op === "depthwiseConv2d" || isDepthwise(node.geometry));
}

const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...["batchNormalization", "prelu", "fakeQuantize", "activation", "clamp", "hardSigmoid", "leakyRelu", "elu", "gelu"],
  ...PLAIN_FUNCTIONS,
]);

/** Whether each element of a node's value is a function of the same element of its input. */
export function isElementwise({ op }: GraphNode): boolean {
  return ELEMENTWISE.has(op);
}

export function isLinear(node: GraphNode): node is LinearNode {
  return isConv(node) || node.op === "convTranspose2d" || node.op === "dense";
}

/** Returns every weight that the graph needs, in node order. */
export function weightSpecs(graph: Graph): readonly WeightSpec[] {
  return graph.nodes.flatMap((node) => Object.values(node.weights));
}

/** Returns the shape of an output for one image. @param output default: the first */
export function outputShapeOf(graph: Graph, output: string = graph.output): Shape {
  const node = graph.nodes.find(({ name }) => name === output);
  return node?.outputShape ?? (graph.inputs.find(({ name }) => name === output) ?? graph.input).shape;
}

/** What the integers of a value represent; null for real numbers. */
export function levelsOf(graph: Graph, value: string): QuantizedLevels | null {
  const node = graph.nodes.find(({ name }) => name === value);
  if (node !== undefined) return node.quantization?.output ?? null;
  return graph.inputs.find(({ name }) => name === value)?.quantization ?? null;
}
