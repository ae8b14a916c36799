/** @file Options for loading a model file, and the result. */
import type { Activation } from "../geometry/activation.ts";
import type { Pair } from "../geometry/padding.ts";
import type { Graph } from "../graph/graph.ts";
import type { Preset } from "../models/settings.ts";
import type { Patience } from "../tensor/patience.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import type { FormatName } from "./format.ts";
import type { NamingName } from "./names/scheme.ts";
import type { WeightsSource } from "./source.ts";

/** Options of `loadModel`, `loadWeights` and `readWeights`. */
export interface LoadOptions extends Patience {
  /** For a TensorFlow.js model that is neither a path nor a URL: its shards by their names in model.json. */
  readonly shards?: ReadonlyMap<string, WeightsSource>;
  /**
   * Input shape for an ONNX, TensorFlow Lite, TensorFlow.js or Keras model that leaves sizes open, in the file's axis
   * order, [n, c, h, w] or [n, h, w, c]; for several inputs, by name.
   */
  readonly shape?: Shape | Readonly<Record<string, Shape>>;
  /**
   * For a file with a network: the output or outputs to load, or other values of it. Everything that they do not need
   * is left out. Default all outputs.
   */
  readonly output?: string | readonly string[];
  /** The signature or subgraph to load from a TensorFlow Lite file that has several. Default its first subgraph. */
  readonly signature?: string;
  /**
   * Whether a file that computes with integers is loaded with the real numbers that they represent. Default false: its
   * graph computes with integers.
   */
  readonly dequantize?: boolean;
  /** Rows and columns of images. Default: as stated in the file, else as published for the network. */
  readonly resolution?: Pair;
  /** Overrides the family's activation; only for weights without their network. */
  readonly activation?: Activation;
  /** Limit on the unpacked size of a compressed file, in bytes. Default 1 GiB. */
  readonly maxBytes?: number;
}

/** A file of weights, and what it states about its network. */
export interface WeightsFile<W extends Weight = Tensor> {
  /** Path, URL or name; "bytes" for data in memory. */
  readonly source: string;
  readonly format: FormatName;
  /** Naming scheme of the file, detected from its weight names; null if unknown. */
  readonly naming: NamingName | null;
  /** Source of the training recipe, as far as it can be inferred. */
  readonly preset: Preset;
  /**
   * By the graph's names if the file's are recognized, else by the file's own. Includes quantised tensors if the graph
   * has integer layers: `loadModel<Weight>(…)`.
   */
  readonly weights: Map<string, W>;
  /**
   * The network, if the file contains it: ONNX, TensorFlow Lite, TensorFlow.js, Keras, a graph as JSON,
   * safetensors with a graph.
   */
  readonly graph: Graph | null;
  /** Metadata strings of a safetensors, ONNX or TensorFlow Lite file. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Rows and columns of the images, if a file without its network states them. */
  readonly resolution: readonly [h: number, w: number] | null;
  /** The file's own name of each weight that was renamed. */
  readonly names: ReadonlyMap<string, string>;
}

/** A file with its network: a {@link WeightsFile} whose graph is known. */
export interface LoadedModel<W extends Weight = Tensor> extends WeightsFile<W> {
  readonly graph: Graph;
}
