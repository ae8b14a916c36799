/** @file The schedule that an executor runs: steps in execution order, each computing one value from earlier ones. */

import { type Graph, type GraphNode, levelsOf, outputShapeOf, type WeightSpec } from "../graph/graph.ts";
import { kernelOf } from "../graph/operations.ts";
import type { IntegerKernels } from "../graph/quantized/integerKernels.ts";
import type { TrainingKernels } from "../kernels/contract/gradients.ts";
import type { KernelSet } from "../kernels/contract/kernels.ts";
import type { ElementType } from "../tensor/elementType.ts";
import type { QuantizedLevels } from "../tensor/quantizedTensor.ts";
import type { Shape } from "../tensor/shape.ts";

/** Computes the value of the same name. A step whose operation is "reshape" only changes a value's shape. */
export interface Step {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly string[];
  readonly inputShapes: readonly Shape[];
  readonly outputShape: Shape;
  readonly outputType: ElementType;
  /** By role, as a kernel needs them. */
  readonly weights: Readonly<Record<string, WeightSpec>>;
  /** Name of the step whose weights it packs, at the start of every run: they change between runs. */
  readonly packs?: string;
}

/** A step that computes a node of a graph. */
export interface NodeStep extends Step {
  readonly node: GraphNode;
  /** Its kernel on a tier, an integer kernel if it has integers; null if only a shape changes. */
  kernel<K>(kernels: KernelSet<K>, integers?: IntegerKernels<K> | null): K | null;
}

/** A training step: its kernel may be a gradient's. */
export interface TapeStep extends Step {
  kernel<K>(kernels: TrainingKernels<K>): K | null;
}

/** A value that exists before a run or after it. */
export interface End {
  readonly name: string;
  readonly shape: Shape;
  readonly type: ElementType;
}

export interface Schedule<S extends Step = Step> {
  /** Values that exist before a run. */
  readonly inputs: readonly End[];
  readonly steps: readonly S[];
  /** Values that still exist after it. */
  readonly outputs: readonly End[];
}

/** @param images computed at once; a graph describes one */
export function scheduleOf(graph: Graph, images: number = 1): Schedule<NodeStep> {
  const end = (name: string, shape: Shape): End => ({
    name,
    shape: ofImages(shape, images),
    type: typeOf(levelsOf(graph, name)),
  });
  return {
    inputs: graph.inputs.map(({ name, shape }) => end(name, shape)),
    steps: graph.nodes.map((node) => stepOf(nodeOf(node, images))),
    outputs: graph.outputs.map((name) => end(name, outputShapeOf(graph, name))),
  };
}

function typeOf(levels: QuantizedLevels | null): ElementType {
  return levels?.type ?? "float32";
}

/** The first axis of every value is that of the images. */
function ofImages([, ...extents]: Shape, images: number): Shape {
  return [images, ...extents];
}

function nodeOf(node: GraphNode, images: number): GraphNode {
  const shapes = {
    inputShapes: node.inputShapes.map((shape) => ofImages(shape, images)),
    outputShape: ofImages(node.outputShape, images),
  };
  if ("geometry" in node) return { ...node, ...shapes, geometry: { ...node.geometry, N: images } } as GraphNode;
  return { ...node, ...shapes };
}

function stepOf(node: GraphNode): NodeStep {
  const { name, op, inputs, inputShapes, outputShape, quantization, weights } = node;
  return {
    name,
    op,
    inputs,
    inputShapes,
    outputShape,
    outputType: typeOf(quantization?.output ?? null),
    weights,
    node,
    kernel: (kernels, integers) => {
      return quantization ? (integers?.kernelOf(node) ?? null) : kernelOf(kernels, node);
    },
  };
}

/** The type of each value of a schedule. */
export function typesOf({ inputs, steps }: Schedule): ReadonlyMap<string, ElementType> {
  return new Map([
    ...inputs.map(({ name, type }) => [name, type] as const),
    ...steps.map(({ name, outputType }) => [name, outputType] as const),
  ]);
}

/** The steps that compute something, each with its kernel: a reshape has none. */
export function computed<S extends Step, K>(
  steps: readonly S[],
  kernelOf: (step: S) => K | null,
): { readonly steps: readonly S[]; readonly kernels: readonly K[] } {
  const layers = steps.flatMap((step): [S, K][] => {
    const kernel = kernelOf(step);
    return kernel === null ? [] : [[step, kernel]];
  });
  return { steps: layers.map(([step]) => step), kernels: layers.map(([, kernel]) => kernel) };
}
