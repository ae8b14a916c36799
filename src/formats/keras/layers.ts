/** @file The layers of Keras that become nodes of a graph; layers/ implements them. */
import type { Layer } from "./layer.ts";
import { ACTIVATION_LAYERS } from "./layers/activations.ts";
import { conv2d, conv2dTranspose, dense, depthwiseConv2d, separableConv2d } from "./layers/convolutions.ts";
import { add, average, concatenate, maximum, minimum, multiply, subtract } from "./layers/merges.ts";
import { batchNormalization, layerNormalization, normalization, rescaling } from "./layers/normalizations.ts";
import { tensorflowFunction } from "./layers/operations.ts";
import { centerCrop, globalPool, pool, resizing, upSampling2d } from "./layers/pools.ts";
import { ofRow } from "./layers/rows.ts";
import { cropping2d, flatten, permute, repeatVector, reshape, same, zeroPadding2d } from "./layers/shapes.ts";

const TRAINING_ONLY = `
ActivityRegularization AlphaDropout Dropout FixedDropout GaussianDropout GaussianNoise RandomBrightness
RandomColorDegeneration RandomColorJitter RandomContrast RandomErasing RandomFlip RandomGrayscale RandomHue
RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness RandomShear RandomTranslation
RandomZoom SpatialDropout1D SpatialDropout2D`
  .trim()
  .split(/\s+/);

export const LAYERS: ReadonlyMap<string, Layer> = new Map<string, Layer>([
  ...ACTIVATION_LAYERS,
  ["Add", add],
  ["Average", average],
  ["AveragePooling1D", ofRow(pool("averagePool2d"), { pool_size: 2 })],
  ["AveragePooling2D", pool("averagePool2d")],
  ["BatchNormalization", batchNormalization],
  ["BatchNormalizationV1", batchNormalization],
  ["CenterCrop", centerCrop],
  ["Concatenate", concatenate],
  ["Conv1D", ofRow(conv2d)],
  ["Conv2D", conv2d],
  ["Conv2DTranspose", conv2dTranspose],
  ["Cropping1D", ofRow(cropping2d, { cropping: 1 })],
  ["Cropping2D", cropping2d],
  ["Dense", dense],
  ["DepthwiseConv1D", ofRow(depthwiseConv2d)],
  ["DepthwiseConv2D", depthwiseConv2d],
  ["Flatten", flatten],
  ["GlobalAveragePooling1D", globalPool("reduceMean")],
  ["GlobalAveragePooling2D", globalPool("reduceMean")],
  ["GlobalMaxPooling1D", globalPool("reduceMax")],
  ["GlobalMaxPooling2D", globalPool("reduceMax")],
  ["LayerNormalization", layerNormalization],
  ["MaxPooling1D", ofRow(pool("maxPool2d"), { pool_size: 2 })],
  ["MaxPooling2D", pool("maxPool2d")],
  ["Maximum", maximum],
  ["Minimum", minimum],
  ["Multiply", multiply],
  ["Normalization", normalization],
  ["Permute", permute],
  ["RepeatVector", repeatVector],
  ["Rescaling", rescaling],
  ["Reshape", reshape],
  ["Resizing", resizing],
  ["SeparableConv1D", ofRow(separableConv2d)],
  ["SeparableConv2D", separableConv2d],
  ["Subtract", subtract],
  ["TFOpLambda", tensorflowFunction],
  ["UpSampling1D", ofRow(upSampling2d, { size: 2 })],
  ["UpSampling2D", upSampling2d],
  ["ZeroPadding1D", ofRow(zeroPadding2d, { padding: 1 })],
  ["ZeroPadding2D", zeroPadding2d],
  ...TRAINING_ONLY.map((name): [string, Layer] => [name, same]),
]);
