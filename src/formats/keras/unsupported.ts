/** @file Descriptions of unsupported layers, so that an error says more than a name. */
import { CONTROL, RECURRENT } from "../importer/unsupported.ts";

const KNOWN: ReadonlyMap<string, string> = new Map([
  ["Lambda", "a function of Python's, which cannot be run here: export the model to ONNX or TensorFlow.js"],
  ["TensorFlowOpLayer", "an operator of TensorFlow's: convert the model to TensorFlow Lite or TensorFlow.js"],
  ["SlicingOpLambda", "a slice by Python's code: convert the model to TensorFlow Lite or TensorFlow.js"],
  ["TFSMLayer", "a SavedModel as a layer: convert that model itself"],
  ["TimeDistributed", CONTROL],
  ...["LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D"].map(
    (name) => [name, RECURRENT] as const,
  ),
]);

/** Keras classes whose error says no more than that they are not supported. */
const OF_KERAS: ReadonlySet<string> = new Set(
  `AdditiveAttention Attention CategoryEncoding Conv1DTranspose Conv3D Conv3DTranspose Discretization Dot EinsumDense
Embedding GroupNormalization GroupQueryAttention Hashing IntegerLookup Masking MultiHeadAttention RandomCrop RandomHeight
RandomWidth SpectralNormalization StringLookup TextVectorization UnitNormalization`.split(/\s+/),
);

/** Describes a class, ": …": as the author's own, unless it is one of Keras'. */
export function knownAs(className: string): string {
  const known = KNOWN.get(className);
  if (known !== undefined) return `: ${known}`;
  const isOfKeras = OF_KERAS.has(className) || /(Pooling|Padding|Cropping|UpSampling|Dropout)3D$/.test(className);
  return isOfKeras ? "" : ": a class of the author's, and its code is not in the file";
}
