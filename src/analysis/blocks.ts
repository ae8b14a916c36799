/** @file The blocks of a network, found by structure, regardless of layer names. */
import type { Pair } from "../geometry/padding.ts";
import { sameShape } from "../tensor/shape.ts";
import type { LayerCost } from "./analyze.ts";

/**
 * The form of a block:
 *
 *   separable   a k×k depthwise convolution and the pointwise one that reads it
 *   expansion   a pointwise convolution that widens the input of such a block's depthwise one
 *   pointwise   any other pointwise convolution
 *   depthwise   a depthwise convolution that no pointwise one reads
 *   standard    any other convolution
 */
export type BlockForm = "separable" | "expansion" | "pointwise" | "depthwise" | "standard" | "dense" | "matmul";

/** Layers with MACs that do one thing. */
export interface Block {
  readonly form: BlockForm;
  readonly layers: readonly LayerCost[];
}

/**
 * The cost of a separable block relative to a standard convolution with the same kernel, channels and strides:
 *
 *   M/O + M/(G·k²)     M outputs per channel of the depthwise one, G groups of the pointwise one, O outputs
 *
 * which is the paper's 1/O + 1/k² (arXiv 1704.04861, section 3.1) where M and G are 1.
 */
export interface SeparableFormula {
  /** O */
  readonly outputs: number;
  /** k, or rows and columns where they differ. */
  readonly kernel: Pair;
  /** M */
  readonly multiplier: number;
  /** G */
  readonly groups: number;
  /** M/O + M/(G·k²) */
  readonly ratio: number;
}

/** @param layers of a network, in execution order */
export function blocksOf(layers: readonly LayerCost[]): readonly Block[] {
  const named = new Map(layers.map((layer) => [layer.name, layer]));
  const closes = new Map<LayerCost, LayerCost>(); // a depthwise layer and the pointwise one that completes its block
  const opens = new Map<LayerCost, LayerCost>(); // the other way round
  for (const layer of layers) {
    if (!isPointwise(layer)) continue;
    const depthwise = sourceOf(layer, named, isDepthwise);
    if (depthwise === null || closes.has(depthwise)) continue;
    closes.set(depthwise, layer);
    opens.set(layer, depthwise);
  }
  const expansions = new Set<LayerCost>();
  for (const depthwise of closes.keys()) {
    const before = sourceOf(depthwise, named, isPointwise);
    if (before !== null && !opens.has(before)) expansions.add(before);
  }
  // A block takes the position of its pointwise layer, after any squeeze and excite inside it.
  return layers
    .filter((layer) => layer.macs > 0 && !closes.has(layer))
    .map((layer): Block => {
      const depthwise = opens.get(layer);
      if (depthwise !== undefined) return { form: "separable", layers: [depthwise, layer] };
      if (isPointwise(layer)) return { form: expansions.has(layer) ? "expansion" : "pointwise", layers: [layer] };
      const { kind } = layer;
      const isNamed = kind === "depthwise" || kind === "dense" || kind === "matmul";
      return { form: isNamed ? kind : "standard", layers: [layer] };
    });
}

function isPointwise({ groups, kernel }: LayerCost): boolean {
  return groups !== null && kernel !== null && kernel[0] * kernel[1] === 1;
}

function isDepthwise(layer: LayerCost): boolean {
  return layer.kind === "depthwise" && !isPointwise(layer);
}

/**
 * The layer of that kind whose result a layer reads, directly or with its elements changed on the way, as by
 * squeeze-and-excite or an activation.
 */
function sourceOf(
  layer: LayerCost,
  named: ReadonlyMap<string, LayerCost>,
  isWanted: (candidate: LayerCost) => boolean,
): LayerCost | null {
  const waiting = [...layer.inputs];
  const seen = new Set(waiting);
  for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
    const before = named.get(name);
    if (before === undefined || !sameShape(before.outputShape, layer.inputShape)) continue;
    if (isWanted(before)) return before;
    if (before.macs > 0 || before.kind !== "other") continue;
    for (const input of before.inputs) if (!seen.has(input)) waiting.push(input);
    for (const input of before.inputs) seen.add(input);
  }
  return null;
}

/** The formula of a separable block; null for other forms, and where the pointwise convolution has strides. */
export function formulaOf({ form, layers }: Block): SeparableFormula | null {
  const [depthwise, pointwise] = layers;
  if (form !== "separable" || depthwise.kernel === null || pointwise.strides?.some((stride) => stride > 1)) return null;
  const [KH, KW] = depthwise.kernel;
  const outputs = pointwise.outputShape[3];
  const multiplier = depthwise.outputShape[3] / depthwise.inputShape[3];
  const groups = pointwise.groups ?? 1;
  const ratio = multiplier / outputs + multiplier / (groups * KH * KW);
  return { outputs, kernel: KH === KW ? KH : [KH, KW], multiplier, groups, ratio };
}
