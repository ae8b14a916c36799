/** @file What depthwise-separable convolution saves: a network beside its twin of standard convolutions. */

import type { Graph } from "../graph/graph.ts";
import { mobilenetV1 } from "../models/mobilenetV1.ts";
import { type Analysis, analyze, type LayerCost } from "./analyze.ts";

/** Layers of both networks that do the same job: one in the standard network, one or two in the separable one. */
export interface BlockSaving {
  readonly name: string;
  readonly separable: readonly LayerCost[];
  readonly standard: LayerCost;
  readonly separableMacs: number;
  readonly standardMacs: number;
  /** standard MACs / separable MACs; for a separable block 1 / (1/N + 1/k²), N its output channels, k its kernel. */
  readonly promised: number;
}

export interface Savings {
  readonly separable: { readonly graph: Graph; readonly analysis: Analysis };
  readonly standard: { readonly graph: Graph; readonly analysis: Analysis };
  readonly blocks: readonly BlockSaving[];
  /** Standard MACs / separable MACs of the whole networks. */
  readonly promised: number;
}

/**
 * How many times cheaper a separable block is than a standard convolution, by the formula of the paper (arXiv
 * 1704.04861, section 3.1), whose cost ratio is 1/N + 1/k²:
 *
 *   1 / (1/N + 1/k²)
 *
 * @param outputs N, output channels
 * @param kernel  k, taps along each side
 *
 * @example separableSaving(512, 3); // 8.844529750479847
 */
export function separableSaving(outputs: number, kernel: number): number {
  return 1 / (1 / outputs + 1 / (kernel * kernel));
}

/** Counts a network beside its twin. @param graphOf makes either; default MobileNetV1 */
export function savings(
  graphOf: (options: { readonly convolution: "separable" | "standard" }) => Graph = mobilenetV1,
): Savings {
  const [separable, standard] = (["separable", "standard"] as const).map((convolution) => {
    const graph = graphOf({ convolution });
    return { graph, analysis: analyze(graph) };
  });
  const blocks = standard.analysis.layers
    .filter((layer) => layer.macs > 0)
    .map((layer) => saving(layer, separable.analysis.layers));
  return { separable, standard, blocks, promised: standard.analysis.total.macs / separable.analysis.total.macs };
}

/** Block 3 is conv_3 here and conv_dw_3 with conv_pw_3 there; the first and last layers are called the same in both. */
function saving(standard: LayerCost, layers: readonly LayerCost[]): BlockSaving {
  const index = /^conv_(\d+)$/.exec(standard.name)?.[1];
  const names = index === undefined ? [standard.name] : [`conv_dw_${index}`, `conv_pw_${index}`];
  const separable = layers.filter((layer) => names.includes(layer.name));
  const separableMacs = separable.reduce((sum, layer) => sum + layer.macs, 0);
  const promised = standard.macs / separableMacs;
  return { name: standard.name, separable, standard, separableMacs, standardMacs: standard.macs, promised };
}
