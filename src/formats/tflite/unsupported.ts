/** @file Descriptions of unsupported operators, so that an error says more than a name. */
import { BOXES, CONTROL, RECURRENT, VARIABLE } from "../importer/unsupported.ts";

const KNOWN: ReadonlyMap<string, string> = new Map([
  ...["IF", "WHILE", "CALL", "CALL_ONCE"].map((op) => [op, CONTROL] as const),
  ...["LSTM", "RNN", "UNIDIRECTIONAL_SEQUENCE_LSTM", "BIDIRECTIONAL_SEQUENCE_LSTM", "SVDF"].map(
    (op) => [op, RECURRENT] as const,
  ),
  ...["UNIDIRECTIONAL_SEQUENCE_RNN", "BIDIRECTIONAL_SEQUENCE_RNN"].map((op) => [op, RECURRENT] as const),
  ...["NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5", "CUSTOM TFLite_Detection_PostProcess"].map(
    (op) => [op, BOXES] as const,
  ),
  ...["VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE"].map((op) => [op, VARIABLE] as const),
  ["DELEGATE", "a part that was compiled for one device: take the model that it was made from"],
  ["CUSTOM edgetpu-custom-op", "a part that was compiled for the Edge TPU: take the model that it was made from"],
  ["CUSTOM ethos-u", "a part that was compiled for an Arm Ethos-U: take the model that it was made from"],
  ["CUSTOM MaxPoolingWithArgmax2D", "MediaPipe's"],
  ["CUSTOM MaxUnpooling2D", "MediaPipe's"],
  ["CUSTOM TransformLandmarks", "MediaPipe's"],
  ["CUSTOM TransformTensorBilinear", "MediaPipe's"],
  ["CUSTOM Landmarks2TransformMatrix", "MediaPipe's"],
]);

/** Describes an operator, ": …"; empty if nothing is known about it. */
export function knownAs(op: string): string {
  const known = KNOWN.get(op);
  if (known !== undefined) return `: ${known}`;
  if (op.startsWith("CUSTOM Flex")) return ": TensorFlow's own operator, which Lite cannot run without it either";
  return op.startsWith("STABLEHLO") ? ": StableHLO, of a model that is not converted to the end" : "";
}
