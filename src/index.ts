/** @file The public entry point: all that `import … from "separable"` offers. */

export {
  type Analysis,
  analyze,
  type KindShare,
  type LayerCost,
  type LayerKind,
  type ParameterCounts,
  type Totals,
  type TypeShare,
} from "./analysis/analyze.ts";
export type { BlockForm, SeparableFormula } from "./analysis/blocks.ts";
export { COUNTING_RULES, type CountingRule, countUnderRules, type RuleCount } from "./analysis/countingRules.ts";
export { type EmittedLaunch, type EmittedLayer, emittedLayer } from "./analysis/emitted.ts";
export { PAPER_FAMILIES, type PaperFamily, papers } from "./analysis/papers.ts";
export type { Agreement, PrintedFigure } from "./analysis/printed.ts";
export { type BlockSaving, type Counted, type Savings, savings, separableSaving } from "./analysis/savings.ts";
export type { Augmentation, Dataset } from "./data/dataset.ts";
export { type Idx, readIdx } from "./data/idx.ts";
export { IMAGENET_CLASSES } from "./data/imagenetClasses.ts";
export { FASHION_CLASSES, fashionSample, type Sample } from "./data/sample.ts";
export type { FormatName } from "./formats/format.ts";
export { loadModel, loadWeights, readWeights } from "./formats/load.ts";
export type { LoadedModel, LoadOptions, WeightsFile } from "./formats/loadTypes.ts";
export { NAMINGS, type NamingName } from "./formats/names/scheme.ts";
export type { TensorEntry } from "./formats/safetensors/header.ts";
export { openSafetensors, type SafetensorsFile, writeSafetensors } from "./formats/safetensors/safetensors.ts";
export type { WeightsSource } from "./formats/source.ts";
export { type WritableFormatName, writeModel } from "./formats/write.ts";
export { ACTIVATIONS, type Activation } from "./geometry/activation.ts";
export {
  type AlgorithmCost,
  algorithmCost,
  COUNTED_ALGORITHMS,
  type CountedAlgorithm,
  type Operations,
} from "./geometry/algorithmCost.ts";
export { type Conv2dGeometry, type Conv2dGeometryOptions, type ConvKind, conv2dGeometry } from "./geometry/conv2d.ts";
export { type Cost, conv2dCost } from "./geometry/cost.ts";
export type { BinaryOp, GeluForm, PlainFunction } from "./geometry/elementwise.ts";
export { type Padding, type Padding4, type Pair, resolvePadding } from "./geometry/padding.ts";
export type { PadMode } from "./geometry/picks.ts";
export type { Pool2dGeometry, Pool2dGeometryOptions } from "./geometry/pool2d.ts";
export type { Reduction } from "./geometry/reduction.ts";
export { type QuantizeRule, ROUNDINGS, type Rounding } from "./geometry/requantization.ts";
export type { Coordinates, NearestRounding, ResampleMode } from "./geometry/resample2d.ts";
export type { WindowGeometry, WindowOptions } from "./geometry/window.ts";
export type { ConvAlgorithm } from "./geometry/winograd.ts";
export { atResolution } from "./graph/atResolution.ts";
export { graphBuilder, type IntegerInput } from "./graph/builder.ts";
export { foldBatchNorm } from "./graph/foldBatchNorm.ts";
export { fuseActivation } from "./graph/fuseActivation.ts";
export type {
  ActivationNode,
  ArgMaxNode,
  BatchNormNode,
  ClampNode,
  ConcatNode,
  ConvNode,
  ConvTransposeNode,
  DenseNode,
  FakeQuantizeNode,
  GatherNode,
  GeluNode,
  Graph,
  GraphInput,
  GraphNode,
  HardSigmoidNode,
  LayerNormNode,
  LeakyReluNode,
  NodeBase,
  NodeQuantization,
  PadNode,
  PlainNode,
  PoolNode,
  QuantizeNode,
  ReduceNode,
  Resample2dNode,
  SliceNode,
  TileNode,
  TransposeNode,
  WeightQuantization,
  WeightSpec,
} from "./graph/graph.ts";
export type { GraphBuilder } from "./graph/methods/graphBuilder.ts";
export type { Value } from "./graph/methods/value.ts";
export type { ApproximatedLayer, Approximation } from "./graph/separable/approximate.ts";
export type { LayerChoice } from "./graph/separable/layers.ts";
export { type ApproximationOptions, type SeparableOptions, toSeparable } from "./graph/separable/toSeparable.ts";
export { toStandard } from "./graph/separable/toStandard.ts";
export type {
  AlphaSpec,
  ArgMaxSpec,
  AveragePoolSpec,
  BatchNormSpec,
  ClampSpec,
  ConvSpec,
  ConvTransposeSpec,
  DenseSpec,
  DepthwiseSpec,
  FakeQuantizeSpec,
  FilterQuantization,
  GeluSpec,
  HardSigmoidSpec,
  LayerNormSpec,
  Named,
  PadSpec,
  PointwiseSpec,
  PoolSpec,
  QuantizeSpec,
  ReduceSpec,
  Resample2dSpec,
  SliceSpec,
  SplitSpec,
} from "./graph/specs.ts";
export { initialWeights, randomWeights, type Weights } from "./graph/weights.ts";
export { type AlgorithmChoice, withAlgorithm } from "./graph/withAlgorithm.ts";
export { type ClassAnswer, type Classifier, type ClassifierOptions, createClassifier } from "./image/classifier.ts";
export { type Levels, NORMALIZATIONS, type Normalization, normalize } from "./image/normalize.ts";
export { readPnm } from "./image/pnm.ts";
export {
  CHANNEL_ORDERS,
  type ChannelOrder,
  FITS,
  type Fit,
  type Preparation,
  preparationFor,
  preprocess,
} from "./image/prepare.ts";
export { centerCrop, INTERPOLATIONS, type Interpolation, resize } from "./image/resize.ts";
export { im2col } from "./kernels/im2col/patches.ts";
export type { Engine, Precision } from "./kernels/simd/engines.ts";
export { type Backend, TIERS, type TierName } from "./kernels/tiers.ts";
export { type Ceilings, type CeilingsOptions, machineCeilings, type ReadRate } from "./measure/ceilings.ts";
export { peakOf, type Reason, type RooflineRow, roofline } from "./measure/roofline.ts";
export { simdLimit } from "./measure/simdLimit.ts";
export { FASHION_BLOCKS, type FashionNetOptions, fashionNet } from "./models/fashionNet.ts";
export { MOBILENET_V1_BLOCKS, type MobilenetV1Options, mobilenetV1 } from "./models/mobilenetV1.ts";
export { MOBILENET_V2_STAGES, type MobilenetV2Options, mobilenetV2 } from "./models/mobilenetV2.ts";
export {
  MOBILENET_V3_LARGE_BLOCKS,
  MOBILENET_V3_SMALL_BLOCKS,
  type MobilenetV3Options,
  mobilenetV3Large,
  mobilenetV3Small,
  type V3Row,
  type WidthRule,
} from "./models/mobilenetV3.ts";
export {
  MOBILENET_V4_BLOCKS,
  type MobilenetV4Options,
  mobilenetV4,
  type V4Row,
  type V4Size,
} from "./models/mobilenetV4.ts";
export type { BlockTable } from "./models/separableNetwork.ts";
export { type NetworkOptions, type NetworkPadding, PRESETS, type Preset } from "./models/settings.ts";
export {
  type BackendOption,
  clamp,
  elu,
  gelu,
  hardSigmoid,
  hardSwish,
  leakyRelu,
  prelu,
  relu,
  relu6,
  sigmoid,
  softmax,
} from "./ops/activations.ts";
export { add, div, matmul, max, min, mul, sub } from "./ops/arithmetic.ts";
export { type BatchNormalizationOptions, batchNormalization } from "./ops/batchNormalization.ts";
export {
  type Conv2dOptions,
  conv2d,
  type DepthwiseConv2dOptions,
  depthwiseConv2d,
  type PointwiseConv2dOptions,
  pointwiseConv2d,
  separableConv2d,
} from "./ops/conv.ts";
export { type ConvTranspose2dOptions, convTranspose2d } from "./ops/convTranspose2d.ts";
export { type DenseOptions, dense } from "./ops/dense.ts";
export { abs, erf, exp, fakeQuantize, log, neg, reciprocal, roundEven, sqrt, tanh } from "./ops/functions.ts";
export { type LayerNormalizationOptions, layerNormalization } from "./ops/layerNormalization.ts";
export {
  type AveragePool2dOptions,
  averagePool2d,
  globalAveragePool2d,
  maxPool2d,
  type Pool2dOptions,
} from "./ops/pool.ts";
export { concat, gather, pad, slice, tile } from "./ops/rearrange.ts";
export {
  type ArgMaxOptions,
  argMax,
  type ReduceOptions,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
} from "./ops/reductions.ts";
export { type Resample2dOptions, resample2d } from "./ops/resample2d.ts";
export { type MemoryPlan, planMemory } from "./runtime/memoryPlan.ts";
export {
  type CompareOutputsOptions,
  compareOutputs,
  type OutputDistance,
  type WeightedNetwork,
} from "./session/compareOutputs.ts";
export type { SessionInputs } from "./session/inputs.ts";
export { type ProfileRow, Session, type SessionOptions } from "./session/session.ts";
export { tensor } from "./tensor/create.ts";
export type { ElementType } from "./tensor/elementType.ts";
export { FormatError, ShapeError } from "./tensor/errors.ts";
export type { FilterLayout, Layout } from "./tensor/layout.ts";
export type { Patience } from "./tensor/patience.ts";
export type {
  IntegerData,
  IntegerType,
  OutputQuantization,
  Quantization,
  QuantizedLevels,
  QuantizedTensor,
  QuantizedType,
} from "./tensor/quantizedTensor.ts";
export { type Random, random, randomTensor } from "./tensor/random.ts";
export { MAX_ELEMENTS, type Shape } from "./tensor/shape.ts";
export { type NestedArray, Tensor } from "./tensor/tensor.ts";
export type { Weight } from "./tensor/weight.ts";
export { type Evaluation, evaluate } from "./train/evaluate.ts";
export {
  type GradientSession,
  type GradientsOptions,
  gradientSession,
  type Statistic,
} from "./train/gradientSession.ts";
export { OPTIMIZERS, type OptimizerName } from "./train/optimizers.ts";
export type { TrainingOptions } from "./train/options.ts";
export {
  type TrainingHooks,
  type TrainingState,
  type TrainingStep,
  train,
} from "./train/train.ts";
