/** @file What is known of layers that are not supported, so that a refusal says more than a name. */
import { CONTROL, RECURRENT } from "../importer/unsupported.ts";

const ITS_CODE = "its code is not in the file";

const KNOWN: ReadonlyMap<string, string> = new Map([
  [
    "Lambda",
    "a function of Python's, and its code is none that can be run here: export the model to ONNX or TensorFlow.js",
  ],
  ["TensorFlowOpLayer", "an operator of TensorFlow's: convert the model to TensorFlow Lite or TensorFlow.js"],
  ["SlicingOpLambda", "a slice by Python's code: convert the model to TensorFlow Lite or TensorFlow.js"],
  ["TFSMLayer", "a SavedModel as a layer: convert that model itself"],
  ["TimeDistributed", CONTROL],
  ...["LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "ConvLSTM1D", "ConvLSTM2D"].map(
    (name) => [name, RECURRENT] as const,
  ),
]);

/** Classes of Keras of which nothing more is to be said than that they are not supported. */
const OWN =
  /^(Conv3D|Conv1DTranspose|Conv3DTranspose|.*Pooling3D|.*3D|Attention|AdditiveAttention|Dot|EinsumDense|Embedding|GroupNormalization|GroupQueryAttention|Masking|MultiHeadAttention|SpectralNormalization|UnitNormalization|Discretization|Hashing|IntegerLookup|StringLookup|TextVectorization|CategoryEncoding|RandomCrop|RandomHeight|RandomWidth|Rescaling)$/;

/** What a class is known to be, ": …": one of the author's own, unless it is one of Keras'. */
export function knownAs(className: string): string {
  const known = KNOWN.get(className);
  if (known !== undefined) return `: ${known}`;
  return OWN.test(className) ? "" : `: a class of the author's, and ${ITS_CODE}`;
}
